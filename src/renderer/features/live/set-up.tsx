/** Shown while there is no backup: what Understudy can do now, and what it needs for more. */
export function SetUp() {
  return (
    <section className="card" aria-labelledby="set-up-title">
      <h2 id="set-up-title">No backup yet</h2>
      <p>Understudy watches OBS, but it has nothing to switch to. Three steps:</p>
      <ol className="steps">
        <li>
          In OBS, open <b>Tools › WebSocket Server Settings</b> and enable the server. The password is found
          by itself.
        </li>
        <li>
          Name a second picture in the settings file: a camera, a phone, another PC. For example{' '}
          <code>{'"backups": [{ "source": { "url": "rtsp://camera.lan/stream1" } }]'}</code>
        </li>
        <li>Start Understudy again. It reads the destination from OBS.</li>
      </ol>
      <p className="muted">
        To see it work without touching anything, start with <code>--rehearsal</code>.
      </p>
    </section>
  )
}
