"""From facts to what a page shows: sentences, tables and pictures. Templates only place them."""
