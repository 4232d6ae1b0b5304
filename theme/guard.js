// Forms that are not saved while typing: words typed into them are kept for this tab, and leaving them is asked about.
import { differing, PREFIX, putBack, store, typed } from './typing.js'

const MANY_BOXES = 6

function isLong(form) {
  if (form.getAttribute('method') !== 'post' || form.dataset.autosaveUrl || form.querySelector('input[type=password]')) return false
  return form.querySelector('textarea') || form.querySelectorAll('input[type=text], select').length >= MANY_BOXES
}

class Guard {
  constructor(form, key, words) {
    this.form = form
    this.key = key
    const kept = store.get(key)
    const isUnsaved = 'answer' in form.dataset || 'held' in form.dataset // what stands in the boxes is saved nowhere
    this.before = isUnsaved ? {} : typed(form)
    if (isUnsaved) this.keep()
    else if (kept) this.putBack(kept.values, words)
    form.addEventListener('input', () => this.keep())
    form.addEventListener('change', () => this.keep())
    form.addEventListener('submit', () => {
      this.leaving = true
      store.set(key, { values: this.changes(), submitted: true })
    })
    window.addEventListener('beforeunload', (event) => { if (!this.leaving && Object.keys(this.changes()).length) event.preventDefault() })
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.leaving = false })
  }

  changes() { return differing(typed(this.form), this.before) }

  keep() {
    const changes = this.changes()
    if (Object.keys(changes).length) store.set(this.key, { values: changes })
    else store.drop(this.key)
  }

  putBack(values, words) {
    const now = typed(this.form)
    const lost = differing(values, now, (name) => name in now)
    if (!Object.keys(lost).length) return
    putBack(this.form, lost)
    const line = document.createElement('p')
    line.className = 'app-saved'
    line.setAttribute('role', 'status')
    line.textContent = words.restored
    this.form.prepend(line)
  }
}

export function guardForms(words) {
  const guarded = new Map()
  for (const form of document.querySelectorAll('form')) if (isLong(form)) guarded.set(`${PREFIX}form:${location.pathname}:${guarded.size}`, form)
  guarded.forEach((form, key) => new Guard(form, key, words))
}
