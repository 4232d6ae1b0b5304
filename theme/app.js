// The one script of the pages. Everything works without it; it makes things quicker and keeps typed words safe.
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { NotificationBanner } from 'govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs'
import { PasswordInput } from 'govuk-frontend/dist/govuk/components/password-input/password-input.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'
import { ServiceNavigation } from 'govuk-frontend/dist/govuk/components/service-navigation/service-navigation.mjs'
import { SkipLink } from 'govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs'
import { guardForms } from './guard.js'
import { differing, forgetDrafts, PREFIX, putBack, settleSent, store, typed } from './typing.js'

const IDLE_MS = 2000
const RETRY_MS = [5000, 10000, 20000, 40000, 60000]

function texts() {
  const node = document.getElementById('app-texts')
  try { return node ? JSON.parse(node.textContent) : {} } catch { return {} }
}

const words = texts()
createAll(Button)
createAll(CharacterCount, words.characters ? { i18n: words.characters } : {})
createAll(Checkboxes)
createAll(ErrorSummary)
createAll(NotificationBanner)
createAll(PasswordInput, words.password ? { i18n: words.password } : {})
createAll(Radios)
createAll(ServiceNavigation)
createAll(SkipLink)

// --- small comforts ---------------------------------------------------------------------------------------------------
for (const box of document.querySelectorAll('[data-select-all]')) {
  const table = box.closest('table')
  const rows = () => [...table.querySelectorAll('input[type=checkbox][data-row]')]
  box.closest('[hidden]')?.removeAttribute('hidden')
  box.addEventListener('change', () => rows().forEach((row) => { row.checked = box.checked }))
  table.addEventListener('change', (event) => {
    if (event.target === box) return
    const checked = rows().filter((row) => row.checked).length
    box.checked = checked > 0 && checked === rows().length
    box.indeterminate = checked > 0 && !box.checked
  })
}
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
for (const form of document.querySelectorAll('form[data-sign-out]')) {
  form.addEventListener('submit', () => forgetDrafts())
}

// How long a call still takes applications: from what the server said, by a clock that nobody can set.
const PLURALS = new Intl.PluralRules(document.documentElement.lang || 'en')
for (const shown of document.querySelectorAll('[data-seconds-left]')) {
  const from = performance.now()
  const seconds = Number(shown.dataset.secondsLeft)
  const fill = (text, values) => text.replace(/%\{(\w+)\}/g, (_, name) => values[name])
  const tell = () => {
    const left = seconds - (performance.now() - from) / 1000
    const all = Math.floor(left / 60)
    const minutes = words.countdown.minutes[PLURALS.select(all)] || words.countdown.minutes.other
    if (left < 0) shown.textContent = words.countdown.over
    else if (all >= 60) shown.textContent = fill(words.countdown.hours, { hours: Math.floor(all / 60), minutes: all % 60 })
    else shown.textContent = all > 0 ? fill(minutes, { count: all }) : words.countdown.last
    if (left < 0) clearInterval(ticking)
  }
  const ticking = setInterval(tell, 1000)
}

// --- saving drafts ----------------------------------------------------------------------------------------------------
class Draft {
  constructor(form) {
    this.form = form
    this.key = PREFIX + form.dataset.autosaveUrl
    this.status = form.querySelector('[data-autosave-status]') || document.querySelector('[data-autosave-status]')
    this.failures = 0
    this.overtaken = (form.dataset.unsaved || '').split(' ').filter(Boolean) // boxes whose answer was changed elsewhere: they wait for the button, the others go on
    this.saved = 'held' in form.dataset ? {} : this.savable(typed(form)) // words held over a lost session are in no draft yet
    this.stopped = false
    this.recover()
    if (this.overtaken.length) this.keep(this.changes())
    if ('held' in form.dataset) this.later()
    form.addEventListener('input', () => this.later())
    form.addEventListener('change', () => this.later())
    form.addEventListener('focusout', () => this.save())
    form.addEventListener('submit', (event) => {
      clearTimeout(this.timer)
      if (!navigator.onLine) { // the browser's own error page would lose the words
        event.preventDefault()
        this.failed()
        this.later()
        return
      }
      if (this.busy && !this.stopped) { // leaving the last box saves it: the button waits for that, or it would bear an old version
        event.preventDefault()
        this.stopped = true
        this.onSaved = () => form.requestSubmit(event.submitter)
        return
      }
      this.stopped = this.leaving = true
      this.keep(this.changes(), true)
    })
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') this.save(true) })
    window.addEventListener('online', () => this.save())
    window.addEventListener('beforeunload', (event) => { if (!this.leaving && (this.overtaken.length || this.isTroubled) && Object.keys(this.changes()).length) event.preventDefault() })
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.stopped = this.leaving = false })
  }

  get version() { return this.field ? this.field.value : (this.form.dataset.version || '') }
  set version(value) { if (this.field) this.field.value = value; else this.form.dataset.version = value }
  get field() { return this.form.elements.namedItem('version') }

  changes() { return differing(typed(this.form), this.saved) }

  /** Without the boxes whose answer was changed elsewhere. */
  savable(values) {
    return Object.fromEntries(Object.entries(values).filter(([name]) => !this.overtaken.some((box) => name === box || name.startsWith(`${box}-`))))
  }

  /** For the next page. Words over which another text stands are shown there, and never put into the box by themselves. */
  keep(values, submitted = false) {
    store.set(this.key, { version: this.overtaken.length && !submitted ? '' : this.version, values, submitted })
  }

  /** Words that an earlier page could not save: put back, or shown when the text has moved on since. */
  recover() {
    const kept = store.get(this.key)
    if (!kept || !kept.values) return
    const now = typed(this.form)
    const lost = 'answer' in this.form.dataset ? {} : differing(kept.values, now, (name) => name in now)
    if (!Object.keys(lost).length) return store.drop(this.key)
    if (String(kept.version) !== String(this.version)) {
      this.showKept(lost)
      store.drop(this.key)
      return
    }
    putBack(this.form, lost)
    this.say('restored')
    this.later()
  }

  showKept(values) {
    if (!this.status) return
    this.say('stale', true)
    const list = document.createElement('details')
    list.className = 'govuk-details'
    const summary = document.createElement('summary')
    summary.className = 'govuk-details__summary'
    summary.textContent = this.form.dataset.textShow || 'Show the words'
    list.append(summary)
    for (const value of Object.values(values)) {
      const line = document.createElement('p')
      line.className = 'govuk-details__text app-keep-lines'
      line.textContent = [].concat(value).join(', ')
      list.append(line)
    }
    this.status.after(list)
  }

  later(delay = IDLE_MS) {
    if (this.stopped) return
    const changes = this.changes()
    if (Object.keys(changes).length) this.keep(changes)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.save(), delay)
  }

  async save(leaving = false) {
    clearTimeout(this.timer)
    const changes = this.savable(this.changes())
    if (this.stopped || this.busy || !Object.keys(changes).length) return
    this.busy = true
    let delay
    try {
      const answer = await fetch(this.form.dataset.autosaveUrl, {
        method: 'POST',
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: leaving,
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': this.form.elements.namedItem('csrf_token')?.value || '' },
        body: JSON.stringify({ ...changes, version: this.version, page: this.form.elements.namedItem('page')?.value })
      })
      delay = await this.heard(answer, changes)
    } catch {
      delay = this.failed()
    }
    this.busy = false
    if (this.onSaved) return this.onSaved()
    if (delay) this.later(delay)
  }

  /** Take the answer in; gives the delay after which to save again, if it is needed. */
  async heard(answer, changes) {
    const body = await answer.json().catch(() => ({}))
    if (answer.status === 401 || answer.type === 'opaqueredirect') { this.say('signedOut', true); return }
    if (answer.status === 422) { this.say('refused', true, body.message); return }
    if (answer.status === 409) {
      this.conflict = body.message
      this.say('conflict', true, this.conflict)
      if (!body.boxes) { this.stopped = true; return }
      this.overtaken.push(...body.boxes)
    } else if (!answer.ok) return this.failed()
    this.failures = 0
    Object.assign(this.saved, this.savable(changes))
    if (body.version !== undefined) this.version = body.version
    const left = this.changes()
    if (Object.keys(left).length) {
      this.keep(left, this.stopped)
      if (Object.keys(this.savable(left)).length) return IDLE_MS
      this.say(this.conflict ? 'conflict' : 'refused', true, this.conflict)
      return
    }
    store.drop(this.key)
    const time = body.saved_at || new Intl.DateTimeFormat(document.documentElement.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date())
    this.say('saved', false, (this.form.dataset.textSaved || 'Saved at {time}').replace('{time}', time))
  }

  failed() {
    this.say('failed', true)
    return RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)]
  }

  say(what, problem = false, text = undefined) {
    if (!this.status) return
    const defaults = {
      failed: 'Not saved yet. Your words are kept on this page and we will try again.',
      signedOut: 'You have been signed out. Your words are kept on this page. Sign in in another tab, then save again.',
      conflict: 'Someone else has changed this. Reload the page to see it.',
      refused: 'Not saved. Press Save to see why.',
      restored: 'We put back words that had not been saved.',
      stale: 'Words that you typed earlier were not saved, because this text has changed since.'
    }
    const key = 'text' + what[0].toUpperCase() + what.slice(1)
    this.status.textContent = text || this.form.dataset[key] || defaults[what]
    this.isTroubled = problem
    this.status.classList.toggle('app-saved--problem', problem)
  }
}

settleSent()
for (const form of document.querySelectorAll('form[data-autosave-url]')) new Draft(form)
guardForms(words)
