import { pageTexts } from "../../i18n/page-texts.ts";

/** Of all pages on the way in. */
export const texts = pageTexts(
  "sign-in",
  {
    title: "Sign in",
    to: "Sign in to {{name}}",
    email: "E-mail",
    password: "Password",
    passwordHint: "At least 8 characters. A longer one is better.",
    submit: "Sign in",
    passkey: "Sign in with a passkey",
    passkeyStopped:
      "The passkey was not used. Try again, or choose another way.",
    provider: "Sign in with {{name}}",
    or: "or",
    noWay: "Nobody can sign in here with a password. Ask an administrator.",
    forgot: "Forgot the password?",
    sendCode: "Send a code",
    sendCodeInstead: "Send a code instead",
    codeTitle: "Enter the code",
    codeSent: "If {{email}} has an account, a code is on its way.",
    code: "Code",
    sendLink: "Send a link",
    sendLinkInstead: "Send a link instead",
    linkTitle: "Look at your mails",
    linkSent:
      "If {{email}} has an account, a link is on its way. It signs in once, within ten minutes.",
    secondFactor: "Second factor",
    secondFactorText: "Enter the code that your authenticator shows.",
    recovery: "Use a recovery code",
    recoveryCode: "Recovery code",
    useAuthenticator: "Use the authenticator",
    resetTitle: "New password",
    resetText:
      "Enter your address. If it has an account, a mail with a link is on its way.",
    resetSubmit: "Send the link",
    resetSent:
      "If {{email}} has an account, a mail is on its way. Its link works for 30 minutes.",
    signUpTitle: "Make an account for {{name}}",
    signUpLink: "Make an account",
    signUpSubmit: "Make the account",
    signUpClosed: "Accounts for {{name}} are made by an administrator.",
    haveAccount: "I have an account already",
    verifySent: "A mail is on its way: its link confirms your address.",
    cameBack: {
      title: "This did not work",
      again: "Sign in another way",
      refused: "Nobody was signed in at {{name}}. Try again.",
      provider: "the other service",
      notLinked:
        "There is an account with this address already. Sign in to it another way.",
      noSignUp:
        "There is no account for this person here. An administrator can make one.",
      other: "The other service could not sign in this person ({{code}}).",
    },
    setUp: {
      title: "Set up {{name}}",
      text: "Make the first administrator. The server printed a code when it started.",
      code: "Set-up code",
      submit: "Set up",
      done: "{{name}} is set up already.",
    },
  },
  {
    de: {
      title: "Anmelden",
      to: "Bei {{name}} anmelden",
      email: "E-Mail",
      password: "Passwort",
      passwordHint: "Mindestens 8 Zeichen. Länger ist besser.",
      submit: "Anmelden",
      passkey: "Mit Passkey anmelden",
      passkeyStopped:
        "Der Passkey wurde nicht benutzt. Noch einmal versuchen oder anders anmelden.",
      provider: "Mit {{name}} anmelden",
      or: "oder",
      noWay:
        "Hier meldet sich niemand mit einem Passwort an. Ein Administrator hilft weiter.",
      forgot: "Passwort vergessen?",
      sendCode: "Code senden",
      sendCodeInstead: "Stattdessen einen Code senden",
      codeTitle: "Code eingeben",
      codeSent: "Wenn {{email}} ein Konto hat, ist ein Code unterwegs.",
      code: "Code",
      sendLink: "Link senden",
      sendLinkInstead: "Stattdessen einen Link senden",
      linkTitle: "Die Mail ist unterwegs",
      linkSent:
        "Wenn {{email}} ein Konto hat, ist ein Link unterwegs. Er meldet einmal an, in den nächsten zehn Minuten.",
      secondFactor: "Zweiter Faktor",
      secondFactorText: "Den Code eingeben, den der Authenticator zeigt.",
      recovery: "Wiederherstellungscode verwenden",
      recoveryCode: "Wiederherstellungscode",
      useAuthenticator: "Authenticator verwenden",
      resetTitle: "Neues Passwort",
      resetText:
        "Adresse eingeben. Wenn sie ein Konto hat, ist eine Mail mit einem Link unterwegs.",
      resetSubmit: "Link senden",
      resetSent:
        "Wenn {{email}} ein Konto hat, ist eine Mail unterwegs. Ihr Link gilt 30 Minuten.",
      signUpTitle: "Konto für {{name}} anlegen",
      signUpLink: "Konto anlegen",
      signUpSubmit: "Konto anlegen",
      signUpClosed: "Konten für {{name}} legt ein Administrator an.",
      haveAccount: "Ich habe schon ein Konto",
      verifySent: "Eine Mail ist unterwegs: ihr Link bestätigt die Adresse.",
      cameBack: {
        title: "Das hat nicht geklappt",
        again: "Anders anmelden",
        refused:
          "Bei {{name}} wurde niemand angemeldet. Noch einmal versuchen.",
        provider: "dem anderen Dienst",
        notLinked:
          "Mit dieser Adresse gibt es schon ein Konto. Bitte anders anmelden.",
        noSignUp:
          "Hier gibt es für diese Person kein Konto. Ein Administrator kann eines anlegen.",
        other:
          "Der andere Dienst konnte diese Person nicht anmelden ({{code}}).",
      },
      setUp: {
        title: "{{name}} einrichten",
        text: "Den ersten Administrator anlegen. Der Server hat beim Start einen Code ausgegeben.",
        code: "Einrichtungscode",
        submit: "Einrichten",
        done: "{{name}} ist schon eingerichtet.",
      },
    },
  },
);
