import "./passkeys";

// The sign-up form takes the browser's own time zone along.
for (const field of document.querySelectorAll<HTMLInputElement>('input[name="time_zone"]')) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
