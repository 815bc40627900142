// Passkeys: asks the browser for what the form's data says, puts the answer into the form and sends it. The buttons stand hidden
// until this file has come; without it, or without a passkey, the code of the app is the way.

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

function encode(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (list = []) => list.map((each) => ({ ...each, id: decode(each.id) }));

function forCreating({ publicKey }) {
  const user = { ...publicKey.user, id: decode(publicKey.user.id) };
  return { publicKey: { ...publicKey, user, challenge: decode(publicKey.challenge), excludeCredentials: withBytes(publicKey.excludeCredentials) } };
}

function forAnswering({ publicKey }) {
  return { publicKey: { ...publicKey, challenge: decode(publicKey.challenge), allowCredentials: withBytes(publicKey.allowCredentials) } };
}

function inWriting(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function ask(form) {
  const options = JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const isNew = form.dataset.passkey === "create";
    const credential = isNew ? await navigator.credentials.create(forCreating(options)) : await navigator.credentials.get(forAnswering(options));
    form.elements.namedItem("credential").value = JSON.stringify(inWriting(credential));
    form.submit();
  } catch {
    // Cancelled, timed out, or not a key of this account: which of them it was, a browser keeps to itself.
    problem.hidden = false;
    problem.focus();
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    ask(form);
  });
  document.querySelector("[data-passkey-missing]")?.setAttribute("hidden", "");
}
