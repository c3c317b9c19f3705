"""What a kernel's code sets up in `logging` is that kernel's, and ends with it."""

from __future__ import annotations

import logging
import logging.config
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from sundog.hooks.core.owned import share_with_all
from sundog.hooks.process import logging as hook
from sundog.kernel.kernel import VirtualKernel
from tests.conftest import MakeKernel
from tests.kernels import close, run_in

NAME = "tests.hooks.process"


class Collecting(logging.Handler):
    """Keeps the messages that it is called for."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []
        self.closed = False

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def close(self) -> None:
        self.closed = True
        super().close()


@pytest.fixture(autouse=True)
def hooked() -> Iterator[None]:
    uninstall = hook.install()
    yield
    uninstall()


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    logger = logging.getLogger(NAME)
    yield logger
    logger.handlers.clear()
    logger.filters.clear()
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def other(make_kernel: MakeKernel) -> VirtualKernel:
    return make_kernel()


def add(logger: logging.Logger) -> Collecting:
    handler = Collecting()
    logger.addHandler(handler)
    return handler


class TestHandlers:
    def test_a_kernels_handler_gets_what_that_kernel_logs(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        own = run_in(kernel, lambda: add(logger))
        run_in(kernel, lambda: logger.warning("own"))
        run_in(other, lambda: logger.warning("other"))
        logger.warning("outside")
        assert own.messages == ["own"]

    def test_a_handler_added_outside_of_kernels_gets_everything(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, lambda: logger.warning("one"))
        run_in(other, lambda: logger.warning("two"))
        logger.warning("three")
        assert shared.messages == ["one", "two", "three"]

    def test_a_kernel_that_removes_a_shared_handler_removes_it_for_itself(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, lambda: logger.removeHandler(shared))
        assert run_in(kernel, lambda: list(logger.handlers)) == []
        run_in(kernel, lambda: logger.warning("one"))
        run_in(other, lambda: logger.warning("two"))
        assert shared.messages == ["two"]

    def test_handlers_that_are_assigned_are_the_kernels(
        self, kernel: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)

        def assign() -> Collecting:
            logger.handlers = [handler := Collecting()]
            return handler

        own = run_in(kernel, assign)
        run_in(kernel, lambda: logger.warning("one"))
        assert (own.messages, shared.messages) == (["one"], [])
        assert logger.handlers == [shared]

    def test_they_end_with_the_kernel(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        own = run_in(kernel, lambda: add(logger))
        close(kernel)
        assert own.closed
        run_in(other, lambda: logger.warning("later"))
        assert own.messages == []

    def test_a_file_handler_is_flushed_and_closed(
        self, kernel: VirtualKernel, logger: logging.Logger, tmp_path: Path
    ) -> None:
        def log() -> logging.FileHandler:
            handler = logging.FileHandler(tmp_path / "own.log")
            logger.addHandler(handler)
            logger.warning("to a file")
            return handler

        handler = run_in(kernel, log)
        close(kernel)
        assert handler.stream is None
        assert (tmp_path / "own.log").read_text() == "to a file\n"

    def test_a_shared_handler_that_a_kernel_adds_stays_open(
        self, kernel: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = Collecting()
        run_in(kernel, lambda: logger.addHandler(shared))
        close(kernel)
        assert not shared.closed

    def test_a_kernels_logger_is_there_for_all(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        made = run_in(kernel, lambda: logging.getLogger(f"{NAME}.made"))
        close(kernel)
        assert run_in(other, lambda: logging.getLogger(f"{NAME}.made")) is made
        assert (made.level, made.propagate, made.handlers) == (logging.NOTSET, True, [])


class TestFilters:
    def test_a_kernels_filter_is_asked_in_that_kernel(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, lambda: logger.addFilter(lambda record: False))
        run_in(kernel, lambda: logger.warning("one"))
        run_in(other, lambda: logger.warning("two"))
        assert shared.messages == ["two"]

    def test_also_that_of_a_shared_handler(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, lambda: shared.addFilter(lambda record: False))
        run_in(kernel, lambda: logger.warning("one"))
        run_in(other, lambda: logger.warning("two"))
        assert shared.messages == ["two"]


class TestLevels:
    def test_a_level_is_the_kernels(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        # What each of them knows by heart must not hold for the others.
        run_in(other, lambda: logger.debug("too low"))
        run_in(kernel, lambda: logger.setLevel(logging.DEBUG))
        run_in(kernel, lambda: logger.debug("one"))
        run_in(other, lambda: logger.debug("two"))
        logger.debug("three")
        assert shared.messages == ["one"]
        assert run_in(kernel, lambda: logger.level) == logging.DEBUG
        assert logger.level == logging.NOTSET

    def test_disabling_logging_is_too(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, logging.disable)
        run_in(kernel, lambda: logger.error("one"))
        run_in(other, lambda: logger.error("two"))
        assert shared.messages == ["two"]

    def test_a_level_of_all_holds_in_kernels_with_levels_of_their_own(
        self, kernel: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        run_in(kernel, lambda: logging.getLogger("tests.elsewhere").setLevel(logging.DEBUG))
        logger.setLevel(logging.INFO)
        run_in(kernel, lambda: logger.info("one"))
        assert shared.messages == ["one"]


class TestConfiguration:
    def test_dict_config_is_the_kernels(
        self, kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
    ) -> None:
        shared = add(logger)
        config = {
            "version": 1,
            "handlers": {"own": {"()": Collecting}},
            "root": {"handlers": ["own"], "level": "INFO"},
        }
        run_in(kernel, lambda: logging.config.dictConfig(config))
        # It disables the loggers that exist: for this kernel.
        run_in(kernel, lambda: logger.warning("one"))
        run_in(other, lambda: logger.warning("two"))
        assert shared.messages == ["two"]
        assert not shared.closed
        [own] = run_in(
            kernel, lambda: [h for h in logging.root.handlers if isinstance(h, Collecting)]
        )
        run_in(kernel, lambda: logging.getLogger(f"{NAME}.later").info("three"))
        assert own.messages == ["three"]

    def test_the_servers_loggers_cannot_be_silenced(self, kernel: VirtualKernel) -> None:
        server = logging.getLogger("sundog.tests")
        shared = add(server)

        def silence() -> None:
            logging.config.dictConfig({"version": 1})
            server.handlers.clear()
            server.setLevel(logging.CRITICAL)
            server.propagate = False
            server.error("one")

        try:
            run_in(kernel, silence)
        finally:
            server.handlers.clear()
        assert shared.messages == ["one"]

    def test_captured_warnings_are_the_kernels(
        self, kernel: VirtualKernel, other: VirtualKernel
    ) -> None:
        from sundog.hooks.process import exception_hooks

        uninstall = exception_hooks.install()
        shown: list[str] = []

        def capture() -> Collecting:
            logging.captureWarnings(True)
            return add(logging.getLogger("py.warnings"))

        def warn(text: str) -> None:
            warnings.simplefilter("always")
            warnings.warn(text, stacklevel=1)

        def show(message: Warning | str, *details: object) -> None:
            shown.append(str(message))

        try:
            own = run_in(kernel, capture)
            run_in(other, lambda: setattr(warnings, "showwarning", show))
            run_in(kernel, lambda: warn("one"))
            run_in(other, lambda: warn("two"))
            assert ["one" in message for message in own.messages] == [True]
            assert shown == ["two"]
            run_in(kernel, lambda: logging.captureWarnings(False))
        finally:
            uninstall()


def test_what_a_run_for_all_has_set_up_is_shared(
    kernel: VirtualKernel, other: VirtualKernel, logger: logging.Logger
) -> None:
    def set_up() -> Collecting:
        logger.setLevel(logging.DEBUG)
        return add(logger)

    own = run_in(kernel, set_up)
    share_with_all(kernel)
    close(kernel)
    run_in(other, lambda: logger.debug("one"))
    assert own.messages == ["one"]
    assert not own.closed


class TestHook:
    def test_uninstalling_restores_everything(self) -> None:
        before = (logging.shutdown, logging.Logger.isEnabledFor, logging.Handler.__init__)
        uninstall = hook.install()
        uninstall()
        assert (
            logging.shutdown,
            logging.Logger.isEnabledFor,
            logging.Handler.__init__,
        ) == before

    def test_without_the_hook_handlers_are_plain_lists(self) -> None:
        hook.install()()
        assert "level" in vars(logging.root)

    def test_what_is_replaced_is_there(self) -> None:
        assert callable(logging.config._clearExistingHandlers)  # type: ignore[attr-defined]
        assert "_disable" in vars(logging.root.manager)
        assert {"handlers", "filters", "level", "propagate", "disabled"} <= set(vars(logging.root))
