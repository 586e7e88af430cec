"""Where an uploaded file waits while its request is answered."""

from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class UnnamedFileUploadHandler(FileUploadHandler):
    """Keep a large upload in a file without a name, and no more of it than an import may have.

    A name would outlive a process that is killed, and with it the patients in the file. What goes beyond the limit is
    read and thrown away, so that nobody fills the disk and the form can still say that the file is too large.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        held = TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 the request closes it
        self.file = UploadedFile(held, self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data, start):
        if start <= settings.IMPORT_MAX_MB * 1_000_000:
            self.file.write(raw_data)

    def file_complete(self, file_size):
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self):
        if hasattr(self, "file"):
            self.file.close()
