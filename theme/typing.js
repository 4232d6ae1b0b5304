// What somebody has typed into a form, and the browser's own memory of it. It ends with the tab or at signing out.
export const PREFIX = 'draft:'

export const store = {
  get(key) { try { return JSON.parse(sessionStorage.getItem(key)) } catch { return null } },
  set(key, value) { try { sessionStorage.setItem(key, JSON.stringify(value)) } catch { /* full or forbidden: the page keeps them */ } },
  drop(key) { try { sessionStorage.removeItem(key) } catch { /* forbidden */ } }
}

export function forgetDrafts() {
  try { Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => sessionStorage.removeItem(key)) } catch { /* forbidden */ }
}

const SKIPPED = new Set(['hidden', 'file', 'password', 'submit', 'button', 'reset', 'image'])

/** What the person has typed, by field name; a group of checkboxes is a list. */
export function typed(form) {
  const answer = {}
  for (const box of form.elements) {
    if (!box.name || box.disabled || SKIPPED.has(box.type)) continue
    if (box.type === 'checkbox') (answer[box.name] ||= []).push(...(box.checked ? [box.value] : []))
    else if (box.type === 'radio') answer[box.name] = box.checked ? box.value : (answer[box.name] ?? '')
    else answer[box.name] = box.value
  }
  return answer
}

/** What differs from other values, by field name. */
export function differing(values, others, isMeant = () => true) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => isMeant(name) && JSON.stringify(value) !== JSON.stringify(others[name])))
}

export function putBack(form, values) {
  for (const box of form.elements) {
    if (!(box.name in values) || SKIPPED.has(box.type)) continue
    const value = values[box.name]
    if (box.type === 'checkbox') box.checked = value.includes(box.value)
    else if (box.type === 'radio') box.checked = value === box.value
    else box.value = value
    box.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** Words that were sent before this page: a page to which the answer led has taken them, unless it says that nothing was saved, and so has one that says they came a second time; any other one may have not. */
export function settleSent() {
  const isLedTo = performance.getEntriesByType('navigation')[0]?.redirectCount > 0 && !document.querySelector('[data-unsaved]')
  const isTaken = isLedTo || document.querySelector('[data-sent]')
  try {
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(PREFIX))) {
      const kept = store.get(key)
      if (kept?.submitted && isTaken) store.drop(key)
      else if (kept?.submitted) store.set(key, { ...kept, submitted: false })
    }
  } catch { /* forbidden */ }
}
