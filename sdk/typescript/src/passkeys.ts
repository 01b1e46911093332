/** Has an authenticator make a passkey; gives it as the server takes it. */
export async function makeCredential(
  wanted: PublicKeyCredentialCreationOptionsJSON,
): Promise<object> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(wanted);
  return written(await navigator.credentials.create({ publicKey }));
}

/** Has any authenticator sign for this host. */
export async function signCredential(
  wanted: PublicKeyCredentialRequestOptionsJSON,
  options: Omit<CredentialRequestOptions, "publicKey">,
): Promise<object> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(wanted);
  return written(await navigator.credentials.get({ ...options, publicKey }));
}

/** Browsers give a passkey or throw; anything else the server refuses. */
function written(credential: Credential | null): object {
  return credential instanceof PublicKeyCredential ? credential.toJSON() : {};
}
