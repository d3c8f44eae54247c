"""Electronic signatures (电子签署): the company's own CA, a certificate for each person, PAdES."""
