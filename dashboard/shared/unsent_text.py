"""A text field in a popover that is closed by Escape: what was typed in it reaches the server first.

Streamlit sends what is typed when the field is left. Escape takes a popover away with the field still in use, and the
text with it.
"""

import streamlit as st

_SCRIPT = """
export default function ({ parentElement }) {
  const popover = parentElement.getRootNode().host?.closest('[data-testid="stPopoverBody"]');
  if (!popover) return undefined;
  const leave = (event) => {
    const field = document.activeElement;
    if (event.key !== "Escape" || !(field instanceof HTMLTextAreaElement) || !popover.contains(field)) return;
    event.stopImmediatePropagation();
    field.blur();
    // A moment later, when the field has sent its text.
    setTimeout(() => popover.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), 30);
  };
  window.addEventListener("keydown", leave, true);
  return () => window.removeEventListener("keydown", leave, true);
}
"""


def send_on_escape(key: str) -> None:
    """To be called within the popover.

    Parameters
    ----------
    key : str
        The component's own on this page.
    """
    st.components.v2.component("genre_lab_unsent_text", html="<span hidden></span>", js=_SCRIPT)(key=key, height=1)
