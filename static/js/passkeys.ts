// Passkeys: a form whose credential the browser makes before the form is sent (WebAuthn Level 3).
interface Offered {
  publicKey: Record<string, unknown> & { authenticatorSelection?: Record<string, unknown> };
}

const key = window.PublicKeyCredential as
  | (typeof PublicKeyCredential & {
      parseCreationOptionsFromJSON(json: unknown): PublicKeyCredentialCreationOptions;
      parseRequestOptionsFromJSON(json: unknown): PublicKeyCredentialRequestOptions;
    })
  | undefined;

async function offered(form: HTMLFormElement): Promise<Offered> {
  const written = form.querySelector("#passkey-options")?.textContent;
  const given = written
    ? JSON.parse(written)
    : await (await fetch(form.action, { headers: { Accept: "application/json" } })).json();
  return given.creation_options ?? given.request_options;
}

async function credential(form: HTMLFormElement): Promise<Credential | null> {
  if (!key) throw new Error("no passkeys here");
  const { publicKey } = await offered(form);
  if (form.dataset.passkey !== "create")
    return navigator.credentials.get({ publicKey: key.parseRequestOptionsFromJSON(publicKey) });
  const alone = form.querySelector<HTMLInputElement>('input[name="passwordless"]')?.checked ?? false;
  const wanted = {
    ...publicKey,
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" } : {}),
    },
  };
  return navigator.credentials.create({ publicKey: key.parseCreationOptionsFromJSON(wanted) });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = form.querySelector<HTMLElement>("[data-passkey-error]");
    if (wrong) wrong.hidden = true;
    try {
      const made = await credential(form);
      form.querySelector<HTMLInputElement>('input[name="credential"]')!.value = JSON.stringify(made);
      form.submit();
    } catch {
      if (wrong) wrong.hidden = false;
    }
  });
}

export {};
