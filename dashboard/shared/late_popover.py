"""What a popover needs that is filled only when it is opened: a place with room, and that Escape loses no text.

A browser looks for a place for the popover while it is still empty, and keeps to it with what little height is there.
And Streamlit sends what is typed when the field is left: Escape takes the popover away with the field still in use.
"""

import streamlit as st

_SCRIPT = """
export default function ({ parentElement }) {
  const popover = parentElement.getRootNode().host?.closest('[data-testid="stPopoverBody"]');
  if (!popover) return undefined;
  // A height that it may have anywhere: what places it does so anew, by what is in it now.
  const filled = new ResizeObserver(() => {
    if (popover.scrollHeight > popover.clientHeight + 1) popover.style.maxHeight = "70vh";
  });
  if (popover.firstElementChild) filled.observe(popover.firstElementChild);
  const leave = (event) => {
    const field = document.activeElement;
    if (event.key !== "Escape" || !(field instanceof HTMLTextAreaElement) || !popover.contains(field)) return;
    event.stopImmediatePropagation();
    field.blur();
    // A moment later, when the field has sent its text.
    setTimeout(() => popover.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })), 30);
  };
  window.addEventListener("keydown", leave, true);
  return () => {
    filled.disconnect();
    window.removeEventListener("keydown", leave, true);
  };
}
"""


def tend_popover(key: str) -> None:
    """To be called within the popover.

    Parameters
    ----------
    key : str
        The component's own on this page.
    """
    st.components.v2.component("genre_lab_late_popover", html="<span hidden></span>", js=_SCRIPT)(key=key, height=1)
