// Joining is a plain form, so that it works the same with and without a script, and ends in the waiting room's page.
export const queueAddress = (concert: string): string => `/concerts/${concert}/queue`;

export function JoinForm({ concert, words }: { concert: string; words: string }) {
  return (
    <form method="post" action={queueAddress(concert)}>
      <button class="button primary wide" name="do" value="join">
        {words}
      </button>
    </form>
  );
}

/** Goes to where somebody wanted to go before they signed in; into a queue they join at once. */
export function goOn(next: string): void {
  if (!/^\/concerts\/[^/]+\/queue$/.test(next)) return location.assign(next);
  const form = document.createElement("form");
  form.method = "post";
  form.action = next;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "do";
  field.value = "join";
  form.append(field);
  document.body.append(form);
  form.submit();
}
