"""Writes frames as GIF or MP4, one after the other, so that no film has to fit into memory. No Qt.

Equal frames give equal bytes: nothing of time or machine goes into a file.
"""

from __future__ import annotations

import importlib.util
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from landscape_gui.specs import UserError

Pixels = npt.NDArray[np.uint8]
"""uint8[height, width, 3], red green blue."""

# A GIF's delays are whole hundredths of a second, and viewers slow down what is faster than two.
FASTEST_GIF = 50
_UNCHANGED = 255
_SLAB = 48
_ENCODERS = (("libx264", ("-crf", "18", "-preset", "medium")), ("mpeg4", ("-q:v", "3")))


def ffmpeg_program() -> str | None:
    """The ffmpeg on this machine: in the path, or from the package imageio-ffmpeg."""
    found = shutil.which("ffmpeg")
    if found is None and importlib.util.find_spec("imageio_ffmpeg") is not None:
        import imageio_ffmpeg  # pyright: ignore[reportMissingImports] (an extra)

        try:
            found = str(imageio_ffmpeg.get_ffmpeg_exe())
        except RuntimeError:  # the package without its program
            found = None
    return found


def no_mp4() -> str:
    """What to do to be able to write MP4; empty where it can be written."""
    if ffmpeg_program() is not None:
        return ""
    return "MP4 needs ffmpeg: install it, or run pip install imageio-ffmpeg."


@dataclass(frozen=True)
class Samples:
    """What the colours of a GIF are chosen from.

    Attributes
    ----------
    frames
        Some frames of the film.
    kept
        Colours ``#rrggbb`` that have to be among them, however little there is of them.
    """

    frames: Sequence[Pixels]
    kept: Sequence[str] = ()


def write_film(path: Path, frames: Iterator[Pixels], samples: Samples, per_second: int) -> None:
    """Write a GIF or an MP4, by the suffix of ``path``.

    Parameters
    ----------
    frames
        All of one size; for MP4 its sides have to be even.
    samples
        For GIF.
    per_second
        Frames per second; for GIF at most ``FASTEST_GIF``.

    Raises
    ------
    UserError
        If there is no encoder, or it fails.
    OSError
        If the file cannot be written.
    """
    if path.suffix.lower() == ".gif":
        with path.open("wb") as stream:
            _write_gif(stream, frames, samples, per_second)
    elif path.suffix.lower() == ".mp4":
        _write_mp4(path, frames, per_second)
    else:
        raise UserError(f"{path.name} names no kind of film.", "End it with .gif or .mp4.")


# GIF


def _write_gif(
    stream: IO[bytes], frames: Iterator[Pixels], samples: Samples, per_second: int
) -> None:
    """One palette for all frames, so that nothing flickers, and only what changed of each."""
    palette, colors = _palette(samples)
    shown: Pixels | None = None
    for number, frame in enumerate(frames):
        index = _indexed(frame, palette)
        if shown is None:
            height, width = index.shape
            stream.write(_gif_header(width, height, colors))
        begin, end = (round(k * 100 / per_second) for k in (number, number + 1))
        stream.write(_gif_frame(index, shown, end - begin))
        shown = index
    stream.write(b";")


def _palette(samples: Samples) -> tuple[Any, bytes]:
    """A palette image, and its 255 colours as bytes; the last place is for what is unchanged."""
    from PIL import Image

    kept = np.array([_rgb(color) for color in samples.kept], dtype=np.uint8).reshape(-1, 3)
    # Each shade once per root of how often it is seen: an empty ground must not take them all.
    seen = np.concatenate([_packed(frame[::2, ::2]).reshape(-1) for frame in samples.frames])
    shades, counts = np.unique(seen & 0xFEFEFE, return_counts=True)
    sheet = np.repeat(shades, np.ceil(np.sqrt(counts)).astype(np.int64))
    sheet = np.stack([sheet >> 16, sheet >> 8 & 255, sheet & 255], axis=-1).astype(np.uint8)
    chosen = Image.fromarray(np.ascontiguousarray(sheet[None])).quantize(
        colors=255 - len(kept), method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    found = bytes(chosen.getpalette() or b"")[: 3 * (255 - len(kept))]
    colors = (kept.tobytes() + found).ljust(3 * 255, b"\0")
    palette = Image.new("P", (1, 1))
    # The place of the unchanged repeats a colour, which is then never the nearer one.
    palette.putpalette(colors + colors[:3])
    return palette, colors + colors[:3]


def _packed(frame: Pixels) -> npt.NDArray[np.int32]:
    parts = frame.astype(np.int32)
    return parts[..., 0] << 16 | parts[..., 1] << 8 | parts[..., 2]


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _indexed(frame: Pixels, palette: Any) -> Pixels:
    from PIL import Image

    # In slabs: Pillow holds the interpreter meanwhile, and with it the window.
    slabs = [
        np.asarray(
            Image.fromarray(frame[top : top + _SLAB]).quantize(
                palette=palette, dither=Image.Dither.NONE
            )
        )
        for top in range(0, frame.shape[0], _SLAB)
    ]
    index = np.concatenate(slabs)
    index[index == _UNCHANGED] = 0
    return index


def _gif_header(width: int, height: int, colors: bytes) -> bytes:
    screen = struct.pack("<HHBBB", width, height, 0b1111_0111, 0, 0)
    forever = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    return b"GIF89a" + screen + colors + forever


def _gif_frame(index: Pixels, before: Pixels | None, hundredths: int) -> bytes:
    """The part of a frame that changed; what did not change inside of it is left transparent."""
    top = left = 0
    part = index
    if before is not None:
        rows, columns = np.nonzero(index != before)
        # Nothing changed: one pixel keeps the frame, and with it the time.
        box = (rows.min(), rows.max(), columns.min(), columns.max()) if rows.size else (0, 0, 0, 0)
        top, left = int(box[0]), int(box[2])
        area = (slice(box[0], box[1] + 1), slice(box[2], box[3] + 1))
        part = np.where(index[area] == before[area], _UNCHANGED, index[area]).astype(np.uint8)
    height, width = part.shape
    control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 0b0000_0101, hundredths, _UNCHANGED, 0)
    place = struct.pack("<BHHHHB", 0x2C, left, top, width, height, 0)
    return control + place + _compressed(part)


def _compressed(part: Pixels) -> bytes:
    """The pixels as GIF's blocks of LZW codes."""
    from PIL import Image
    from PIL.GifImagePlugin import getdata

    # The first of what Pillow gives is its own description of the place, ten bytes long.
    image = Image.fromarray(np.ascontiguousarray(part))
    image.putpalette(bytes(768))
    return b"".join(getdata(image))[10:]


# MP4


def _write_mp4(path: Path, frames: Iterator[Pixels], per_second: int) -> None:
    program = ffmpeg_program()
    if program is None:
        raise UserError("There is no encoder for MP4.", no_mp4())
    first = next(frames)
    height, width, _ = first.shape
    command = _command(program, path, (width, height), per_second)
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        try:
            process.stdin.write(first.tobytes())
            for frame in frames:
                process.stdin.write(frame.tobytes())
            process.stdin.close()
        except BrokenPipeError:
            pass  # its last words say why
        words = process.stderr.read().decode(errors="replace").strip()
        if process.wait() != 0:
            last = words.splitlines()[-1] if words else f"exit status {process.returncode}"
            raise UserError(f"ffmpeg could not write {path.name}: {last}", "GIF needs no ffmpeg.")
    finally:
        process.stderr.close()
        if process.poll() is None:
            process.kill()
            process.wait()


def _command(program: str, path: Path, size: tuple[int, int], per_second: int) -> list[str]:
    codec, options = next(
        ((name, opts) for name, opts in _ENCODERS if name in _known_encoders(program)),
        _ENCODERS[-1],
    )
    return [
        *(program, "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}"),
        *("-r", str(per_second), "-i", "pipe:0", "-an"),
        *("-c:v", codec, *options, "-pix_fmt", "yuv420p", "-threads", "1"),
        # Neither times nor versions: equal frames give equal bytes.
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),
        *("-movflags", "+faststart", "-f", "mp4", str(path)),
    ]


def _known_encoders(program: str) -> str:
    return subprocess.run(
        [program, "-hide_banner", "-encoders"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
