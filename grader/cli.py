"""The command line: `grader …` and `python -m grader …`."""

from __future__ import annotations

import errno
import shlex
import sys
from pathlib import Path

import click
from rich.console import Console

from .course import Course, find_course, load_course
from .errors import GraderError
from .plain_text import plain_text
from .version import VERSION

EXIT_CHECK_FAILED = 1
EXIT_USAGE = 2


class _Group(click.Group):
    """Prints what the user has to put right as one sentence, with exit status 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            click.echo(f"grader: {error}", err=True)
            ctx.exit(EXIT_USAGE)
        except OSError as error:
            if error.filename is None or error.errno not in (errno.ENAMETOOLONG, errno.EACCES):
                raise
            click.echo(f"grader: {error.filename}: {error.strerror}", err=True)
            ctx.exit(EXIT_USAGE)
        except KeyboardInterrupt:
            click.echo("grader: stopped; finished results are kept, the same command goes on from there", err=True)
            ctx.exit(130)


course_option = click.option(
    "--course",
    "course_path",
    type=click.Path(path_type=Path),
    envvar="GRADER_COURSE",
    help="The course.yaml (default: the nearest one, from the current folder upwards).",
)


tier_option = click.option("--tier", metavar="NAME", help="Accuracy by a tier's protocols, such as `full` (for GPUs).")


def _course(path: Path | None, tier: str | None = None) -> Course:
    return load_course(find_course(path), tier)


def _checked(names: tuple[str, ...], known: list[str], option: str) -> tuple[str, ...]:
    for name in names:
        if name not in known:
            raise GraderError(f"{option} {name}: there is no such one in this course; there are {', '.join(known)}")
    return names


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="grader")
def main() -> None:
    """Autograder for PyTorch courses: hidden tests in a trusted process, student code in a sandbox."""


@main.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SUBMISSION...")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where results go; created if needed.")
@click.option("--exercise", "exercises", multiple=True, metavar="ID", help="Grade only this exercise (repeatable).")
@click.option("--skip", multiple=True, metavar="CRITERION", help="Leave this criterion's tests out (repeatable).")
@click.option("--jobs", type=click.IntRange(min=1), help="Exercises graded side by side (default: one per core).")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "sim"]), default="auto", show_default=True)
@click.option("--dataset", type=click.Choice(["auto", "fashion-mnist", "builtin"]), default="auto", show_default=True)
@click.option(
    "--seed", type=click.IntRange(0, 2**48), help="Grade with the inputs of an earlier run (see result.json)."
)
@click.option("--force", is_flag=True, help="Regrade what is already graded.")
@click.option("--trust-submissions", is_flag=True, help="Grade even where isolation is below what the course requires.")
@click.option("--cluster", metavar="ADDRESS", help="Grade on a Dask cluster: its scheduler's address or file.")
@click.option("-v", "--verbose", is_flag=True, help="One line per submission in the terminal, too.")
@tier_option
@course_option
def grade(
    submissions: tuple[Path, ...],
    out: Path,
    exercises: tuple[str, ...],
    skip: tuple[str, ...],
    jobs: int | None,
    device: str,
    dataset: str,
    seed: int | None,
    force: bool,
    trust_submissions: bool,
    cluster: str | None,
    verbose: bool,
    tier: str | None,
    course_path: Path | None,
) -> None:
    """Grade submissions: folders, zips, or one folder of many.

    Writes NAME/result.json and NAME/feedback.md for each, and grades.csv for all. What is already graded and
    unchanged is not run again; an interrupted run goes on where it was.
    """
    from .grade import ClassGrader, GradeOptions, default_jobs
    from .report.grades import grades_csv
    from .report.terminal import TerminalListener, results_table
    from .store import Store
    from .submissions import find_submissions

    course = _course(course_path, tier)
    known = [exercise.id for exercise in course.exercises]
    options = GradeOptions(
        exercises=_checked(exercises, known, "--exercise"),
        skipped_criteria=_checked(skip, list(course.criteria), "--skip"),
        jobs=jobs or default_jobs(),
        device=device,
        dataset=dataset,
        seed=seed,
        force=force,
        trust_submissions=trust_submissions,
        cluster=cluster,
        tier=tier,
    )
    handed_in = find_submissions(submissions, known, course.assignment)
    console = Console()
    with Store(out) as store:
        with TerminalListener(console, every_submission=verbose) as listener:
            grader = ClassGrader(course, options, store, listener)
            results = grader.grade(handed_in)
        store.write("grades.csv", grades_csv(results))
    console.print(results_table(results))
    console.print(f"results: {out}", highlight=False, markup=False, soft_wrap=True)
    if grader.faults:
        click.echo(f"grader: {len(grader.faults)} tests could not be run through no fault of a student's:", err=True)
        for fault in grader.faults[:5]:
            click.echo("\n".join(map(plain_text, fault.splitlines())), err=True)  # values may be quoted in it
        sys.exit(EXIT_CHECK_FAILED)


@main.command()
@click.option("--exercise", "exercises", multiple=True, metavar="ID", help="Only this exercise (repeatable).")
@click.option("--skip", multiple=True, metavar="CRITERION", help="Leave this criterion's tests out (repeatable).")
@click.option("--jobs", type=click.IntRange(min=1), help="Tasks run side by side (default: one per core).")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "sim"]), default="auto", show_default=True)
@click.option("--dataset", type=click.Choice(["auto", "fashion-mnist", "builtin"]), default="auto", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**48), help="Draw the inputs of an earlier run.")
@click.option(
    "--seeds", type=click.IntRange(1, 1000), default=1, show_default=True, help="So many seeds, from that one on."
)
@click.option("--mutants", is_flag=True, help="Run mutants of the reference solutions too (minutes; cosmic-ray).")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@course_option
def validate(
    exercises: tuple[str, ...],
    skip: tuple[str, ...],
    jobs: int | None,
    device: str,
    dataset: str,
    seed: int | None,
    seeds: int,
    mutants: bool,
    as_json: bool,
    course_path: Path | None,
) -> None:
    """Prove the suites: the reference passes, stubs earn nothing, wrong modules lose points, right ones lose none."""
    from .grade import default_jobs
    from .report.validation import Progress, print_validation
    from .validate import validate as run_validation

    course = _course(course_path)
    chosen = _checked(exercises, [exercise.id for exercise in course.exercises], "--exercise")
    skipped = _checked(skip, list(course.criteria), "--skip")
    with Progress(Console(stderr=True)) as progress:
        report = run_validation(
            course,
            chosen,
            jobs or default_jobs(),
            skipped_criteria=skipped,
            device=device,
            dataset=dataset,
            seed=seed,
            seeds=seeds,
            with_mutants=mutants,
            progress=progress.update,
        )
    if as_json:
        click.echo(report.model_dump_json(indent=2))
    else:
        print_validation(Console(), report)
    sys.exit(0 if report.ok else EXIT_CHECK_FAILED)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@course_option
def doctor(as_json: bool, course_path: Path | None) -> None:
    """Say what this machine can do: isolation, GPU, data; and how to get what is missing."""
    from .doctor import diagnose
    from .report.diagnosis import print_diagnosis

    diagnosis = diagnose(_course(course_path))
    if as_json:
        click.echo(diagnosis.model_dump_json(indent=2))
    else:
        print_diagnosis(Console(), diagnosis)
    sys.exit(0 if diagnosis.ok else EXIT_CHECK_FAILED)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where figures and pictures go.")
@click.option("--exercise", "exercises", multiple=True, metavar="ID", help="Exercises with accuracy tests.")
@click.option("--seeds", type=click.IntRange(min=2), default=100, show_default=True, help="Runs of the reference.")
@click.option(
    "--variant-seeds", type=click.IntRange(min=0), default=20, show_default=True, help="Of each right module."
)
@click.option("--broken-seeds", type=click.IntRange(min=0), default=3, show_default=True, help="Of each wrong module.")
@click.option("--jobs", type=click.IntRange(min=1), help="Trainings side by side (default: one per core).")
@click.option("--dataset", type=click.Choice(["auto", "fashion-mnist", "builtin"]), default="auto", show_default=True)
@tier_option
@course_option
def calibrate(
    out: Path,
    exercises: tuple[str, ...],
    seeds: int,
    variant_seeds: int,
    broken_seeds: int,
    jobs: int | None,
    dataset: str,
    tier: str | None,
    course_path: Path | None,
) -> None:
    """Measure the accuracy protocols: right code and broken code over many seeds; propose thresholds."""
    from .calibrate import calibrate as run_calibration
    from .grade import default_jobs
    from .report.calibration import draw_calibration, print_calibration
    from .report.validation import Progress

    course = _course(course_path, tier)
    chosen = _checked(exercises, [exercise.id for exercise in course.exercises], "--exercise")
    if not chosen:
        raise GraderError("calibrate: name the exercises with accuracy tests, such as --exercise training")
    with Progress(Console(stderr=True)) as progress:
        result = run_calibration(
            course,
            chosen,
            jobs=jobs or default_jobs(),
            dataset=dataset,
            seeds=seeds,
            variant_seeds=variant_seeds,
            broken_seeds=broken_seeds,
            progress=progress.update,
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / f"calibration-{result.dataset}.json").write_text(result.model_dump_json(indent=1) + "\n")
        for protocol in {d.protocol for d in result.distributions if d.values}:
            draw_calibration(course, result, protocol, out / f"{protocol}-{result.dataset}.png")
    except OSError as error:
        raise GraderError(f"{out}: the calibration could not be written: {error.strerror}") from error
    print_calibration(Console(), course, result)
    click.echo(f"written to {out}")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Write an nbgrader course into this folder.")
@click.option("--sync", type=click.Path(path_type=Path), metavar="GRADEBOOK", help="Write results into a gradebook.db.")
@click.option("--results", type=click.Path(path_type=Path), help="With --sync: the results of `grader grade`.")
@course_option
def notebooks(out: Path | None, sync: Path | None, results: Path | None, course_path: Path | None) -> None:
    """Write the course as nbgrader assignments, or results of completed notebooks into nbgrader's gradebook."""
    course = _course(course_path)
    if (out is None) == (sync is None) or (sync is None) != (results is None):
        raise GraderError("notebooks: pass either --out DIR, or --sync GRADEBOOK --results DIR")
    if out is not None:
        from .notebooks.build import write_course
        from .notebooks.collect import collected_tests

        written = write_course(course, collected_tests(course), out)
        click.echo(f"{len(written)} notebooks: {written[0].parent}")
        click.echo(f"next: cd {shlex.quote(str(out))} && nbgrader generate_assignment {course.assignment}")
    elif sync is not None and results is not None:
        from .notebooks.sync import sync_gradebook
        from .plain_text import plain_text

        synced = sync_gradebook(course, sync, results)
        click.echo(f"{len(synced.names)} submissions of {course.assignment} written to {sync}")
        for name in synced.without_page:
            click.echo(
                f"{name}: the gradebook has the points, but nbgrader could not read every notebook and will make no "
                f"feedback pages; hand out {results / name / 'feedback.md'}"
            )
        for path in synced.ignored:
            click.echo(f"{plain_text(str(path))}: not graded, it has the name of no exercise")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR", required=False)
@click.option("--zip", "as_zip", is_flag=True, help="Write DIR.zip instead of a folder.")
@click.option("--update", is_flag=True, help="Rewrite the course's own stubs from the solutions instead.")
@course_option
def release(folder: Path | None, as_zip: bool, update: bool, course_path: Path | None) -> None:
    """Write the students' hand-out: stubs and public tests, no solution and no hidden test."""
    from .release import update_stubs, write_release

    course = _course(course_path)
    if update == (folder is not None):
        raise GraderError("release: name the folder to write, or pass --update to rewrite the course's own stubs")
    if folder is None:
        changed = update_stubs(course)
        click.echo("\n".join(f"rewrote {path}" for path in changed) or "the stubs are up to date")
    else:
        click.echo(f"wrote {write_release(course, folder, as_zip=as_zip)}")
