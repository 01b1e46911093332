import { pageTexts } from "../../../i18n/page-texts.ts";

export const texts = pageTexts(
  "adminClients",
  {
    title: "Sign-in clients",
    text: "Other programs that sign people in with this application (OAuth and OpenID Connect).",
    new: "New client",
    empty: "No clients yet",
    emptyText:
      "Register a program, and people can sign in to it with their account here.",
    name: "Name",
    nameHint: "People see it when they are asked.",
    id: "client_id",
    scopes: "May ask for",
    scopesHint:
      "openid, profile, email, offline_access, and parts of the API such as todos:read.",
    redirects: "Leads back to",
    redirectsHint: "Letter by letter, such as https://time.example.org/back.",
    kind: "Kind",
    declared: "In the definition",
    declaredText: "It is changed in mainstay.toml.",
    confidential: "With a secret",
    public: "Without a secret",
    own: "Our own",
    ownText: "It belongs to this application. People are not asked.",
    confidentialText:
      "For programs on a server. A program on people's devices can keep none.",
    edit: "Edit",
    saved: "Saved",
    rotate: "Replace the secret",
    rotateTitle: "Replace the secret of {{name}}?",
    rotateText:
      "The one before stops working at once. Until the program has the new one, nobody can sign in to it.",
    remove: "Remove",
    removeTitle: "Remove {{name}}?",
    removeText:
      "Everything that it was given ends: its sessions and tokens, and what people agreed to. This cannot be undone.",
    removed: "{{name}} is removed",
    secretTitle: "Secret of {{name}}",
    secretText: "The client_id is {{id}}.",
    made: "{{name}} is registered",
  },
  {
    de: {
      title: "Anmelde-Clients",
      text: "Andere Programme, die Personen mit dieser Anwendung anmelden (OAuth und OpenID Connect).",
      new: "Neuer Client",
      empty: "Noch keine Clients",
      emptyText:
        "Nach dem Eintragen melden sich Personen im anderen Programm mit ihrem Konto von hier an.",
      name: "Name",
      nameHint: "Er wird gezeigt, wenn Personen gefragt werden.",
      id: "client_id",
      scopes: "Darf bitten um",
      scopesHint:
        "openid, profile, email, offline_access und Teile der API wie todos:read.",
      redirects: "Führt zurück zu",
      redirectsHint:
        "Buchstabe für Buchstabe, etwa https://time.example.org/back.",
      kind: "Art",
      declared: "In der Definition",
      declaredText: "Er wird in mainstay.toml geändert.",
      confidential: "Mit Geheimnis",
      public: "Ohne Geheimnis",
      own: "Eigener",
      ownText: "Er gehört zu dieser Anwendung. Personen werden nicht gefragt.",
      confidentialText:
        "Für Programme auf einem Server. Ein Programm auf fremden Geräten kann keines hüten.",
      edit: "Bearbeiten",
      saved: "Gespeichert",
      rotate: "Geheimnis ersetzen",
      rotateTitle: "Das Geheimnis von {{name}} ersetzen?",
      rotateText:
        "Das alte gilt sofort nicht mehr. Bis das Programm das neue hat, kann sich dort niemand anmelden.",
      remove: "Entfernen",
      removeTitle: "{{name}} entfernen?",
      removeText:
        "Alles, was er bekommen hat, endet: Sitzungen, Tokens und Zustimmungen. Das lässt sich nicht rückgängig machen.",
      removed: "{{name}} ist entfernt",
      secretTitle: "Geheimnis von {{name}}",
      secretText: "Die client_id ist {{id}}.",
      made: "{{name}} ist eingetragen",
    },
  },
);
