"""A task that runs for one practice and is given another's ids does nothing to the other."""

import pytest
from celery import current_app

from accounts import tenancy
from accounts.tasks import PracticeTask
from imports.models import FileImport

from . import sweep
from .world import World

pytestmark = pytest.mark.django_db

# What each task is asked to work on, by attribute of a World.
TASKS = {
    "campaigns.build_queue": {},
    "campaigns.keep_callbacks": {},
    "imports.run_import": {"import_id": "waiting_import_id"},
    "imports.look_into_inbox": {},
    "reports.send_mails": {},
}


def of_a_practice():
    current_app.loader.import_default_modules()
    apps = {"accounts", "campaigns", "dispositions", "imports", "patients", "reports"}
    return {
        name: task
        for name, task in current_app.tasks.items()
        if isinstance(task, PracticeTask) and name.partition(".")[0] in apps
    }


def test_every_task_of_a_practice_is_asked():
    assert set(of_a_practice()) == set(TASKS)


def test_a_task_with_ids_of_another_practice_does_nothing_to_it(settings, tmp_path):
    own, other = World("bayview-eye", "ownmark"), World("harbor-heart", "othermark")
    settings.IMPORT_INBOX = str(tmp_path)
    for world in (own, other):
        (tmp_path / world.practice.slug).mkdir()
        (tmp_path / world.practice.slug / "list.csv").write_text("MRN,Last Name,First Name\n1,Lee,Ann\n")
        with tenancy.practice(world.practice.pk):
            assert FileImport.objects.get(pk=world.waiting_import_id).queue(skips_the_look=True)
    theirs, ours = sweep.fingerprint(other.practice), sweep.fingerprint(own.practice)

    for name, task in of_a_practice().items():
        ids = {key: getattr(other, attribute) for key, attribute in TASKS[name].items()}
        task.apply(headers={"practice_id": own.practice.pk}, kwargs=ids).get()
    assert sweep.fingerprint(other.practice) == theirs
    assert [path.name for path in (tmp_path / other.practice.slug).iterdir()] == ["list.csv"]

    ids = {key: getattr(own, attribute) for key, attribute in TASKS["imports.run_import"].items()}
    of_a_practice()["imports.run_import"].apply(headers={"practice_id": own.practice.pk}, kwargs=ids).get()
    assert sweep.fingerprint(own.practice) != ours, "the task does work on its own"
