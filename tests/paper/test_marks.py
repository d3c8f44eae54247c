"""What goes to the printer names nothing that is not in the file."""

import shutil
import subprocess

import pytest

from intranet_crm.paper import prints
from intranet_crm.paper.prints import print_out


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils")
def test_printed_file_is_whole_to_an_independent_reader(make_record, people, work, tmp_path):
    run = print_out([make_record(), make_record()], purpose="sign", note="", by=people["chenjing"])
    work()
    drawing = ["pdftoppm", "-r", "20", str(prints.shelf.path_of(run)), str(tmp_path / "page")]
    assert subprocess.run(drawing, check=True, capture_output=True, text=True).stderr == ""
