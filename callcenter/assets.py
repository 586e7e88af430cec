"""Static files: the few that pages use out of `assets/node_modules`, and storage under hashed names."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Name under STATIC_URL → file in node_modules. A package brings hundreds of files; only these are served.
VENDOR_FILES = {
    "vendor/echarts.min.js": "echarts/dist/echarts.min.js",
    "vendor/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "vendor/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
}


class VendorStorage(FileSystemStorage):
    """Reads a vendor file by the name it is served under."""

    def path(self, name):
        return str(settings.NODE_MODULES / VENDOR_FILES[name])


class VendorFinder(BaseFinder):
    """Finds the files of `VENDOR_FILES`, for `collectstatic` and for serving without it."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = VendorStorage(location=settings.NODE_MODULES)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs):
        if all(Path(self.storage.path(name)).is_file() for name in VENDOR_FILES):
            return []
        return [
            checks.Warning("The front-end files are not installed.", hint="Run `npm ci --prefix assets`.", id="callcenter.W001")
        ]

    def find(self, path, find_all=False, **kwargs):
        found = [self.storage.path(path)] if path in VENDOR_FILES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns):
        for name in VENDOR_FILES:
            yield name, self.storage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for what `collectstatic` has collected; plain names, served by the finders, for the rest.

    So the same settings run tests and a fresh checkout without a collected folder.
    """

    # Django also rewrites sourceMappingURL comments and fails when the map is not served; maps are not served here.
    patterns = (("*.css", CompressedManifestStaticFilesStorage.patterns[0][1][:2]),)

    def stored_name(self, name):
        collected = self.hash_key(self.clean_name(name)) in self.hashed_files
        return super().stored_name(name) if collected else name
