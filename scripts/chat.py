"""A conversation in the terminal. (`rasa shell` cuts long lines off where there are buttons, emergency numbers too.)"""

import asyncio
import contextlib
import shutil
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from guide.agent import load


async def answer(agent: Agent, text: str) -> list[dict[str, str]]:
    """Print the replies to a message and return their buttons."""
    channel = CollectingOutputChannel()
    await agent.handle_message(UserMessage(text, channel, "terminal", input_channel="cmdline"))
    width = min(shutil.get_terminal_size().columns, 100)
    for reply in channel.messages:
        for line in reply.get("text", "").split("\n"):
            print(textwrap.fill(line, width))
        print()
    buttons = [button for reply in channel.messages for button in reply.get("buttons") or []]
    for number, button in enumerate(buttons, start=1):
        print(f"  {number}  {button['title']}")
    return buttons


def talk(agent: Agent) -> None:
    print("Type a message, or the number of a button. Ctrl-C leaves.")
    loop = asyncio.new_event_loop()
    buttons: list[dict[str, str]] = []
    while True:
        text = input("\nYou: ").strip()
        if text.isdecimal() and 0 < int(text) <= len(buttons):
            text = buttons[int(text) - 1]["payload"]
        print()
        buttons = loop.run_until_complete(answer(agent, text))


if __name__ == "__main__":
    try:
        with contextlib.redirect_stderr(None):  # what libraries of libraries warn of while they load
            guide = load(sys.argv[1])
        talk(guide)
    except (EOFError, KeyboardInterrupt):
        print("\nGoodbye.")
