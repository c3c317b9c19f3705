"""Questions that wait for their answers."""

from __future__ import annotations

import threading

import pytest

from sundog.errors import NoInputError
from sundog.output import questions as module
from sundog.output.questions import Questions
from tests.patience import PATIENCE


def waiting(questions: Questions) -> tuple[list[str], threading.Thread]:
    """Have a thread wait for the answer to a new question."""
    question = questions.ask()
    found: list[str] = []

    def wait() -> None:
        try:
            found.append(question.wait())
        except NoInputError as error:
            found.append(f"error: {error}")

    thread = threading.Thread(target=wait)
    thread.start()
    return found, thread


def test_the_first_answer_counts() -> None:
    questions = Questions()
    question = questions.ask()
    questions.answer(question.number + 1, "of no question")
    questions.answer(question.number, "first")
    questions.answer(question.number, "second")
    assert question.wait() == "first"


def test_each_question_gets_its_own_answer() -> None:
    questions = Questions()
    first, second = questions.ask(), questions.ask()
    questions.answer(second.number, "two")
    questions.answer(first.number, "")
    assert (first.wait(), second.wait()) == ("", "two")


def test_the_end_of_the_pages_ends_all_waits_and_refuses_more() -> None:
    questions = Questions()
    found, thread = waiting(questions)
    questions.close()
    thread.join(PATIENCE)
    assert found == ["error: The page was closed, so no one can answer input() any more."]
    assert questions.closed
    with pytest.raises(NoInputError, match="page was closed"):
        questions.ask()


def test_who_has_no_page_is_refused_with_a_reason() -> None:
    questions = Questions()
    questions.refuse("There is no page here.")
    assert not questions.closed
    with pytest.raises(NoInputError, match="no page here"):
        questions.ask()


def test_their_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 2)
    questions = Questions()
    first = questions.ask()
    questions.ask()
    with pytest.raises(NoInputError, match="2 threads"):
        questions.ask()
    questions.answer(first.number, "answer")
    questions.ask()


def test_the_error_is_what_programs_expect_without_input() -> None:
    assert issubclass(NoInputError, EOFError)
