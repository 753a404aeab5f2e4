"""class.toml: written once, read by every run, changed by an option, and never with a password in it."""

import stat
from datetime import datetime

import pytest
from running import COURSE, UNIT

from autograder.course.verdicts import CourseError
from autograder.records.class_plan import plan
from autograder.records.class_settings import FILE, PASSWORD_FILE, TEMPLATE, parse_class, read_class

DUE = datetime(2030, 1, 31, 23, 59)


def run(folder, due=None, **options):
    """Return the plan of a run with these options, kept."""
    made = plan(folder, COURSE, options, due or {})
    made.keep()
    return made


def test_the_first_run_writes_a_file_with_what_was_given(tmp_path):
    made = run(tmp_path, {UNIT: DUE}, **{"late.policy": "zero"})
    assert (made.settings.due, made.settings.late.policy) == ({UNIT: DUE}, "zero")
    assert read_class(tmp_path) == made.settings
    assert "# percent of the score for each day" in (tmp_path / FILE).read_text()


def test_a_run_without_options_keeps_everything(tmp_path):
    first = run(tmp_path, {UNIT: DUE}, **{"late.policy": "zero", "book": "https://example.org/book"})
    text = (tmp_path / FILE).read_text()
    again = run(tmp_path, **{"late.policy": None, "book": None, "database": None})
    assert again.settings == first.settings and not again.changes
    assert (tmp_path / FILE).read_text() == text


def test_an_option_changes_its_line_alone_and_says_so(tmp_path):
    run(tmp_path, {UNIT: DUE})
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text() + "# mine\n")
    made = run(tmp_path, {UNIT: DUE.replace(month=3)}, **{"late.policy": "percent"})
    assert made.changes == ("class.toml: late.policy = percent (was none)",
                            f"class.toml: due.{UNIT} = 2030-03-31T23:59Z (was 2030-01-31T23:59Z)")
    assert (tmp_path / FILE).read_text().endswith("# mine\n")


def test_an_example_of_every_setting_is_read(tmp_path):
    text = TEMPLATE.replace("UNIT", UNIT)
    text = text.replace("# [[", "[[").replace("\n# student", "\nstudent").replace("\n# unit", "\nunit")
    text = text.replace("\n# until", "\nuntil").replace("\n# u01", "\nu01").replace("\n# morning", "\nmorning")
    text = text.replace("\n# kim", "\nkim")
    settings = parse_class(text, tmp_path)
    assert settings.due == {UNIT: DUE}
    assert settings.until == {("ada", UNIT): datetime(2030, 2, 7, 23, 59)}
    assert settings.sections == {"morning": ("ada", "bob")} and settings.graders == {"kim": ("morning",)}


def test_times_with_a_zone_are_brought_to_utc(tmp_path):
    assert parse_class(f"[due]\n{UNIT} = 2030-02-01T00:59:00+01:00\n", tmp_path).due == {UNIT: DUE}


@pytest.mark.parametrize(("text", "said"), [
    ("[late]\npolicy = 'half'", "line 2: `policy` must be one of none, zero, percent"),
    ("[late]\nperday = 10", "line 2: `perday` is no setting here"),
    ("[late]\nper_day = '10'", "line 2: `per_day` must be a number"),
    ("[late]\nfree_days = -1", "line 2: `free_days` cannot be negative"),
    ("[due]\nu01 = '2030-01-31'", "line 2: `u01` must be a time like 2030-01-31T23:59:00Z, without quotes"),
    ("[[extension]]\nstudent = 'ada'", "line 1: an extension names student, unit and until"),
    ("extension = [1]", "line 1: an extension names student, unit and until"),
    ("[sections]\nA = 'ada'", "line 2: `A` must be a list of students"),
    ("[graders]\nkim = 'morning'", "line 2: `kim` must be a list of sections or students"),
    ("workers = -1", "line 1: `workers` cannot be negative"),
    ("roster = ", "this is not TOML"),
    ("database = 'postgresql://ann:secret@host/grades'", "line 1: `database` holds a password"),
])
def test_a_mistake_is_named_with_its_line(tmp_path, text, said):
    with pytest.raises(CourseError) as raised:
        parse_class(text, tmp_path)
    assert said in str(raised.value) and "secret" not in str(raised.value)


def test_an_unknown_unit_is_named(tmp_path):
    with pytest.raises(CourseError, match="no unit u99"):
        plan(tmp_path, COURSE, {}, {"u99_none": DUE})


@pytest.mark.parametrize("url", ["postgresql://ann:secret@host/grades", "postgresql://ann@host/grades?password=secret"])
def test_a_password_is_kept_where_its_owner_alone_can_read_it(tmp_path, url, monkeypatch):
    settings = run(tmp_path, database=url).settings
    assert settings.database == "postgresql://ann@host/grades"
    for path in tmp_path.iterdir():
        if "secret" in path.read_text():
            assert (path.name, stat.S_IMODE(path.stat().st_mode)) == (PASSWORD_FILE, 0o600)
    assert run(tmp_path).settings.database_url == "postgresql://ann:secret@host/grades"
    monkeypatch.setenv("AUTOGRADER_DATABASE_PASSWORD", "other")
    assert read_class(tmp_path).database_url == "postgresql://ann:other@host/grades"


def test_workers_and_cluster_are_kept_and_a_cluster_is_given_up_by_an_empty_address(tmp_path):
    made = run(tmp_path, workers=3, cluster="tcp://host:8786")
    assert made.changes == ("class.toml: workers = 3 (was 0)", "class.toml: cluster = tcp://host:8786")
    assert (read_class(tmp_path).workers, read_class(tmp_path).cluster) == (3, "tcp://host:8786")
    assert run(tmp_path, cluster="").changes == ('class.toml: cluster = "" (was tcp://host:8786)',)
    assert read_class(tmp_path).workers == 3


def with_roster(folder, text):
    """Return the plan of a run with a roster of this text."""
    (folder / "class.csv").write_text(text)
    return run(folder, roster="class.csv")


def test_the_roster_gives_extensions_and_the_later_one_counts(tmp_path):
    with_roster(tmp_path, f"student_id;until {UNIT};Email\nada;2030-02-02T12:00;a@b\nbob;;b@b\n"
                          "cleo;2030-02-02T13:00+01:00;c@b\n")
    (tmp_path / FILE).write_text(f'roster = "class.csv"\n[[extension]]\nstudent = "ada"\nunit = "{UNIT}"\n'
                                 "until = 2030-02-01T00:00:00Z\n")
    noon = datetime(2030, 2, 2, 12)
    assert read_class(tmp_path).extensions == {("ada", UNIT): noon, ("cleo", UNIT): noon}
    later = (tmp_path / FILE).read_text().replace("2030-02-01", "2030-03-01")
    (tmp_path / FILE).write_text(later)
    assert read_class(tmp_path).extensions["ada", UNIT] == datetime(2030, 3, 1)


@pytest.mark.parametrize(("text", "said"), [
    ("student_id,until u99_none\nada,2030-02-02T12:00\n", "there is no unit u99_none"),
    (f"student_id,until {UNIT}\nada,soon\n", f"line 2: 'soon' under `until {UNIT}` is no time")])
def test_a_mistake_in_the_rosters_extensions_is_named(tmp_path, text, said):
    with pytest.raises(CourseError) as raised:
        with_roster(tmp_path, text)
    assert said in str(raised.value)
