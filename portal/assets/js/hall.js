// Comforts of every page. Nothing here is needed: each page works when this file never arrives.

const page = document.documentElement;

// A form that came back with mistakes starts at their list, for eyes and screen readers alike.
function focusErrorSummary() {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) {
    summary.setAttribute("tabindex", "-1");
    summary.focus();
  }
}

// The token of a QR code stands in the fragment, which no server or proxy ever sees. It is moved into the form's body
// and out of the address bar before anything else can read or keep it.
function openFragment() {
  const form = document.querySelector("form[data-fragment-field]");
  const token = decodeFragment();
  if (!form || !token) return;
  history.replaceState(null, "", location.pathname + location.search);
  const field = form.elements.namedItem(form.dataset.fragmentField);
  field.value = token;
  document.querySelector("[data-fragment-status]")?.removeAttribute("hidden");
  form.submit();
  field.value = "";
}

function decodeFragment() {
  const token = location.hash.slice(1);
  return /^[A-Za-z0-9_-]{16,400}$/.test(token) ? token : "";
}

// The quick way out: blank the page at once, then put a neutral one in its place in the history.
function armQuickExit() {
  const link = document.querySelector("a[data-quick-exit]");
  if (!link) return;
  const leave = () => {
    page.classList.add("sph-is-leaving");
    document.title = "";
    location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    presses = [...presses.filter((at) => event.timeStamp - at < 3000), event.timeStamp];
    if (presses.length === 3) leave();
  });
}

function armPrintButtons() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

// A second press while the first is on its way must not send the form twice.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
}

// A page that the browser kept shows somebody's case again on "back": show it only to who is still there.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    page.classList.remove("sph-is-leaving");
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    // Not reload(): a page that answered a form would ask to send the code again.
    if (document.body.hasAttribute("data-private")) location.replace(location.pathname + location.search);
  }
});

focusErrorSummary();
openFragment();
window.addEventListener("hashchange", openFragment);
armQuickExit();
armPrintButtons();
sendOnce();
