"""One module for each reference page; each has `page`, the page's text."""
