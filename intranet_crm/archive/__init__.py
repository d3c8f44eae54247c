"""Archive records and sheets (档案): made once at approval, kept byte for byte."""
