"""The dossier as a whole (客户档案): what its head counts, how complete it is, its one page on paper."""
