"""Makes the site, the PDFs and releases out of pages."""
