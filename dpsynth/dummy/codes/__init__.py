"""Code systems of medicine: which texts have the form of a code, and texts of that form. No catalogue is in here."""
