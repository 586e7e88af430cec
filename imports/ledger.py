"""Writing down what an import changes, in the statement that changes it: the parts of SQL that do so.

A statement that changes rows ends with INTO and a SELECT of their values before and after (see ImportChange).
"""

INTO = """
INSERT INTO imports_importchange (
  practice_id, file_import_id, "table", object_id, patient_id, line, former, latter, kept_because)"""

# What differs between a row `before` and the same row `done`, as `said.former` and `said.latter`; null where nothing does.
# The database makes given_key from name_key: it is put back with that, and not by an undo.
DIFFERENCE = """
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg(key, was.value) AS former, jsonb_object_agg(key, now.value) AS latter
  FROM jsonb_each(to_jsonb(before)) was(key, value) JOIN jsonb_each(to_jsonb(done)) now(key, value) USING (key)
  WHERE was.value <> now.value AND key <> 'given_key') said
WHERE said.former IS NOT NULL"""

# For a further change of a row by the same import.
TOGETHER = """
ON CONFLICT (practice_id, file_import_id, "table", object_id) DO UPDATE
  SET former = imports_importchange.former || EXCLUDED.former, latter = imports_importchange.latter || EXCLUDED.latter"""
