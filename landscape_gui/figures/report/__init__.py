"""The paper's claims as numbers: from what a file holds to one page that says them."""
