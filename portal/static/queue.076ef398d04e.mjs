// Keeps what a page has to tell about learning until the portal has a receipt for it; one queue for each person.
const LIMIT = 100;

export class Queue {
  constructor(root, say) {
    this.key = `queue:${root.dataset.queue}`;
    this.send = root.dataset.send;
    this.token = root.dataset.token;
    this.say = say;
    this.busy = false;
    addEventListener("online", () => this.flush());
  }

  get items() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || [];
    } catch {
      return [];
    }
  }

  set items(items) {
    try {
      if (items.length) localStorage.setItem(this.key, JSON.stringify(items.slice(-1000)));
      else localStorage.removeItem(this.key);
    } catch {
      // A full or closed storage loses the place, never the page.
    }
  }

  add(event) {
    this.items = [...this.items, { event_id: crypto.randomUUID(), client_at: new Date().toISOString(), ...event }];
    return this.flush();
  }

  async flush() {
    const items = this.items.slice(0, LIMIT);
    if (this.busy || !items.length) return;
    this.busy = true;
    let more = false;
    try {
      const answer = await fetch(this.send, {
        method: "POST",
        keepalive: true,
        redirect: "manual",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ items }),
      });
      if (answer.ok) {
        const { receipts } = await answer.json();
        const done = new Set(receipts.filter((one) => one.reason !== "busy").map((one) => one.event_id));
        this.items = this.items.filter((item) => !done.has(item.event_id));
        more = done.size > 0 && this.items.length > 0;
        this.say("saved");
      } else if (answer.status === 422) {
        const sent = new Set(items.map((item) => item.event_id));
        this.items = this.items.filter((item) => !sent.has(item.event_id));
      } else {
        this.say(answer.type === "opaqueredirect" || answer.status === 400 ? "login" : "waiting");
      }
    } catch {
      this.say("waiting");
    } finally {
      this.busy = false;
    }
    if (more) await this.flush();
  }
}
