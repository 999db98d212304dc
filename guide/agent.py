"""The trained guide inside this process: for the terminal, the tests and the evaluation."""

import asyncio
import logging
from pathlib import Path

from rasa.utils.log_utils import configure_structlog

configure_structlog(logging.ERROR)  # before anything else of Rasa: unconfigured, it prints what people type

from rasa.core.agent import Agent, load_agent  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

MODEL = Path(__file__).parents[1] / "models" / "guide.tar.gz"


def load(action_url: str) -> Agent:
    """The guide with the endpoints that `make run` gives it. Raises FileNotFoundError where it is not trained."""
    if not MODEL.exists():
        raise FileNotFoundError(f"{MODEL} is missing: run `make train`.")
    endpoints = AvailableEndpoints(
        action=EndpointConfig(action_url),
        nlg=EndpointConfig(type="guide.answers.Answers"),
        tracker_store=EndpointConfig(type="guide.store.Conversations", database="sqlite://"),  # gone with this process
    )
    return asyncio.run(load_agent(model_path=str(MODEL), endpoints=endpoints))
