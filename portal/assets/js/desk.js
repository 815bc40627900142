// Keys of the desk. What a key does is written where it is announced, in aria-keyshortcuts; every one holds a modifier,
// so that no letter typed into a report starts anything (WCAG 2.2, 2.1.4).

const MODIFIERS = { Alt: "altKey", Control: "ctrlKey", Shift: "shiftKey", Meta: "metaKey" };

function isMeant(event, shortcut) {
  const parts = shortcut.split("+");
  const key = parts.pop();
  const modifiers = new Set(parts);
  const digit = /^[0-9]$/.test(key) && event.code === `Digit${key}`;
  const letter = /^[a-z]$/i.test(key) && event.code === `Key${key.toUpperCase()}`;
  if (!digit && !letter && event.key.toLowerCase() !== key.toLowerCase()) return false;
  return Object.entries(MODIFIERS).every(([name, flag]) => event[flag] === modifiers.has(name));
}

function act(element) {
  if (element.matches("a[href], button, summary, input[type=radio], input[type=checkbox], input[type=submit]")) {
    element.focus();
    element.click();
  } else {
    element.focus();
    element.select?.();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.repeat) return;
  const meant = [...document.querySelectorAll("[aria-keyshortcuts]")].filter((element) =>
    element.getAttribute("aria-keyshortcuts").split(" ").some((shortcut) => isMeant(event, shortcut)),
  );
  if (!meant.length) return;
  event.preventDefault();
  // Where two forms of a page are sent by the same key, the one that is being written is meant.
  act(meant.find((element) => element.form && element.form === document.activeElement?.form) ?? meant[0]);
});

// Filters send themselves when a choice changes; without this file their button does it.
for (const form of document.querySelectorAll("form[data-send-on-change]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// Leaving a half-written report or answer asks first.
for (const form of document.querySelectorAll("form[data-keep]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
