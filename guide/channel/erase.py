"""Forgets a conversation. Rasa's stores can only add."""

from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore, TrackerStore

from guide.store import Conversations


class ErasureError(Exception):
    """The conversation could not be erased: this kind of store has no way for it."""


def erase(store: TrackerStore, conversation: str) -> None:
    """Remove all that a store holds of a conversation, at once. Raises ErasureError, or what the database raises."""
    if isinstance(store, FailSafeTrackerStore):
        erase(store._tracker_store, conversation)
        if store._fallback_tracker_store:  # holds what was said while the store itself failed
            erase(store._fallback_tracker_store, conversation)
    elif isinstance(store, Conversations):
        store.erase(conversation)
    elif isinstance(store, InMemoryTrackerStore):
        store.store.pop(conversation, None)
    elif isinstance(store, SQLTrackerStore):
        with store.session_scope() as session:
            session.query(store.SQLEvent).filter(store.SQLEvent.sender_id == conversation).delete()
            session.commit()
    else:
        raise ErasureError(type(store).__name__)
