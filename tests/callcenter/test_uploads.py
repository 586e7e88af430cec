"""Uploads leave no file behind, however their request ends, and never fill the disk."""

import io

import pytest

from callcenter.uploads import UnnamedFileUploadHandler


@pytest.fixture
def upload(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.IMPORT_MAX_MB = 3

    def _upload(megabytes):
        handler = UnnamedFileUploadHandler()
        handler.new_file("file", "list.csv", "text/csv", None, None, None)
        for number in range(megabytes):
            handler.receive_data_chunk(b"x" * 1_000_000, number * 1_000_000)
            assert list(tmp_path.iterdir()) == []
        return handler.file_complete(megabytes * 1_000_000)

    return _upload


def test_what_was_sent_can_be_read_though_the_file_has_no_name(upload):
    with upload(2) as file:
        assert (file.size, len(file.read())) == (2_000_000, 2_000_000)


def test_of_a_file_over_the_limit_only_the_beginning_is_kept(upload):
    with upload(9) as file:
        assert file.seek(0, io.SEEK_END) == 4_000_000


def test_an_upload_too_large_is_told_so(sign_in, practice, admin, settings):
    settings.IMPORT_MAX_MB = 3
    answer = sign_in(admin).post("/p/bayview-eye/imports/new/", {"file": io.BytesIO(b"MRN,Last Name\n" + b"1,Lee\n" * 1_000_000)})

    assert answer.status_code == 422
    assert "the limit is 3 MB" in answer.context["form"].errors["file"][0]
