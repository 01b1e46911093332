import { pageTexts } from "../../i18n/page-texts.ts";

/** What the pages of administration and the way to them have in common. */
export const texts = pageTexts(
  "administration",
  {
    loading: "Loading",
    title: "Administration",
    pages: {
      users: "Accounts",
      webhooks: "Webhooks",
      clients: "Sign-in clients",
      audit: "Audit",
      mails: "Mails",
      api: "API",
      definition: "Definition",
      rules: "Rules",
      server: "Server",
    },
    more: "Show more",
    acts: "Actions",
    actsFor: "Actions for {{name}}",
    copied: "Copied",
    secretText:
      "It is shown once. Copy it now and keep it where no one else can read it.",
    secretKept: "I have copied it",
    yes: "Yes",
    no: "No",
    never: "Never",
    choose: "All",
  },
  {
    de: {
      loading: "Wird geladen",
      title: "Verwaltung",
      pages: {
        users: "Konten",
        webhooks: "Webhooks",
        clients: "Anmelde-Clients",
        audit: "Protokoll",
        mails: "E-Mails",
        api: "API",
        definition: "Definition",
        rules: "Regeln",
        server: "Server",
      },
      more: "Mehr zeigen",
      acts: "Aktionen",
      actsFor: "Aktionen für {{name}}",
      copied: "Kopiert",
      secretText:
        "Das wird nur einmal gezeigt. Jetzt kopieren und so aufbewahren, dass niemand anders es lesen kann.",
      secretKept: "Ist kopiert",
      yes: "Ja",
      no: "Nein",
      never: "Nie",
      choose: "Alle",
    },
  },
);
