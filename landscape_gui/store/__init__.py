"""Keeps measurements in ``*.landscape.h5`` files and reads them back as plain arrays."""
