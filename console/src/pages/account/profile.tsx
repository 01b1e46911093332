import { personalFields } from "../../application/personal-fields.ts";
import { mayEver, useConsole } from "../../console.tsx";
import { usePageTexts } from "../../i18n/page-texts.ts";
import { AddressPart } from "./address.tsx";
import { DeletionPart } from "./deletion.tsx";
import { Part } from "./part.tsx";
import { ProfileForm } from "./profile-form.tsx";
import { texts } from "./texts.ts";

/** Who the person is, and the end of their account. */
export function ProfileSection() {
  const say = usePageTexts(texts);
  const here = useConsole();
  const fields = personalFields(here.application);
  const hasProfile = fields.length > 0 && mayEver(here, "users", "update");
  return (
    <>
      {hasProfile && (
        <Part title={say("profile.title")}>
          <ProfileForm fields={fields} />
        </Part>
      )}
      <AddressPart />
      <DeletionPart />
    </>
  );
}
