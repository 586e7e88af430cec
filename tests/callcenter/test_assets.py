"""Static files: few of what the packages bring, under hashed names once collected."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.templatetags.static import static

from callcenter.assets import VENDOR_FILES


def test_only_the_named_vendor_files_are_served():
    assert {name for name in VENDOR_FILES if finders.find(name) is None} == set()
    assert finders.find("vendor/tabler.css") is None
    assert finders.find("@tabler/core/package.json") is None


def test_without_a_collected_folder_names_stay_plain(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path

    assert static("css/tokens.css") == "/static/css/tokens.css"


@pytest.mark.parametrize("name", ["css/tokens.css", "vendor/tabler.min.css", "vendor/echarts.min.js"])
def test_collected_files_have_hashed_names_and_a_compressed_twin(settings, tmp_path, name):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    served = static(name).removeprefix("/static/")

    stem, suffix = name.rsplit(".", 1)
    assert re.fullmatch(rf"{re.escape(stem)}\.[0-9a-f]{{12}}\.{suffix}", served)
    assert (tmp_path / served).is_file()
    assert (tmp_path / f"{served}.gz").is_file()
