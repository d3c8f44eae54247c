"""The dossier as a whole (客户档案): its head, its page on paper, the hand-over booklet."""
