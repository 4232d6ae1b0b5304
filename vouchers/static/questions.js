// The script of pages that ask questions and take files: shows at once what an answer opens, and sends files with
// progress, again by itself after a broken connection. Without it the same happens when the page is saved.

// --- questions that depend on answers of the same page ------------------------------------------------------------
const conditional = [...document.querySelectorAll('[data-show-if]')]

function number(text) {
  const plain = text.replace(/[\s'\u00a0€]|[A-Z]{3}/g, '')
  if (/^-?[1-9]\d{0,2}[.,]\d{3}$/.test(plain)) return null // a thousand for some, decimals for others
  const normal = /,\d{1,2}$/.test(plain) ? plain.replace(/\./g, '').replace(',', '.') : plain.replace(/,/g, plain.includes('.') ? '' : '.')
  return /^-?\d+(\.\d+)?$/.test(normal) ? Number(normal) : null
}

function answers(form, box) {
  const found = form.querySelectorAll(`[name="${CSS.escape(box)}"]`)
  return [...found].filter((one) => !['radio', 'checkbox'].includes(one.type) || one.checked).map((one) => one.value.trim()).filter(Boolean)
}

function holds(form, condition) {
  const asked = form.querySelector(`[data-question="${CSS.escape(condition.question)}"]`)
  if (!asked || asked.hidden) return false
  let given = answers(form, condition.box)
  if (condition.type === 'declaration' && !given.length) return false
  if (!given.length) return false
  if (['number', 'money'].includes(condition.type)) {
    const value = number(given[0])
    const wanted = condition.values.map(Number)
    if (value === null) return false
    switch (condition.comparison) {
      case 'is': return value === wanted[0]
      case 'is_not': return value !== wanted[0]
      case 'any_of': return wanted.includes(value)
      case 'at_least': return value >= wanted[0]
      case 'at_most': return value <= wanted[0]
      case 'more_than': return value > wanted[0]
      case 'less_than': return value < wanted[0]
    }
    return false
  }
  const isMet = given.some((one) => condition.values.includes(one))
  return condition.comparison === 'is_not' ? !isMet : isMet
}

function showAndHide(form) {
  for (const part of conditional) { // in the order of the page: a condition looks only at what stands before it
    part.hidden = !JSON.parse(part.dataset.showIf).every((condition) => holds(form, condition))
  }
  const seen = form.querySelector('[data-seen]')
  if (seen) seen.value = [...form.querySelectorAll('[data-question]')].filter((part) => !part.hidden).map((part) => part.dataset.question).join(' ')
}

if (conditional.length) {
  const form = conditional[0].closest('form')
  form.addEventListener('input', () => showAndHide(form))
  form.addEventListener('change', () => showAndHide(form))
  showAndHide(form)
}

// --- sums of the columns of a table -----------------------------------------------------------------------------------
for (const sum of document.querySelectorAll('[data-sum]')) {
  const form = sum.closest('form')
  const isCell = new RegExp(`^${sum.dataset.sum}-\\d+-${sum.dataset.column}$`)
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: 'currency', currency: sum.dataset.currency })
  form.addEventListener('input', (event) => {
    if (!isCell.test(event.target.name)) return
    const cells = [...form.elements].filter((box) => isCell.test(box.name))
    sum.textContent = money.format(cells.reduce((cents, box) => cents + Math.round(100 * (number(box.value) || 0)), 0) / 100)
  })
}

// --- files ----------------------------------------------------------------------------------------------------------
const RETRY_MS = [2000, 5000, 10000, 20000, 40000]

class Upload {
  constructor(area, file, list) {
    this.area = area
    this.file = file
    this.line = document.createElement('li')
    this.bar = document.createElement('progress')
    this.bar.max = 100
    this.bar.setAttribute('aria-label', file.name)
    this.text = document.createElement('span')
    this.text.className = 'app-muted'
    this.text.setAttribute('role', 'status')
    this.line.append(`${file.name} `, this.bar, ' ', this.text)
    list.append(this.line)
    this.tries = 0
  }

  say(key, more = '') { this.text.textContent = more || this.area.dataset[key] || '' }

  /** Ends when the file is there, or when the person has to do something; true when it is there. */
  send() {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest()
      const body = new FormData()
      body.append('purpose', this.area.dataset.uploadPurpose)
      body.append('file', this.file, this.file.name)
      request.open('POST', this.area.dataset.uploadUrl)
      request.setRequestHeader('Accept', 'application/json')
      request.setRequestHeader('X-CSRFToken', document.querySelector('input[name=csrf_token]')?.value || '')
      request.upload.addEventListener('progress', (event) => {
        if (!event.lengthComputable) return
        this.bar.value = Math.round(100 * event.loaded / event.total)
        this.say(event.loaded === event.total ? 'textChecking' : 'textSending')
      })
      request.addEventListener('load', () => this.heard(request, resolve))
      request.addEventListener('error', () => this.later(resolve))
      request.addEventListener('timeout', () => this.later(resolve))
      this.say('textSending')
      request.send(body)
    })
  }

  heard(request, resolve) {
    let answer = {}
    try { answer = JSON.parse(request.responseText) } catch { /* a page, not an answer */ }
    if (request.status === 200 && answer.id) { this.done(answer); resolve(true); return }
    if (request.status === 401 || request.status === 403 || request.status === 200) return this.stop('textSignedOut', '', resolve)
    if (request.status === 413) return this.stop('textBig', '', resolve, false) // a proxy's answer may be no words of ours
    if (request.status >= 500) return this.later(resolve)
    this.stop('textFailed', answer.message, resolve, !answer.message)
  }

  later(resolve) {
    if (this.tries >= RETRY_MS.length) return this.stop('textFailed', '', resolve)
    this.say('textWaiting')
    let isOver = false
    const again = () => { if (!isOver) { isOver = true; window.removeEventListener('online', again); this.send().then(resolve) } }
    window.addEventListener('online', again)
    setTimeout(again, RETRY_MS[this.tries++])
  }

  stop(key, message, resolve, mayHelp = true) {
    this.bar.remove()
    this.text.className = 'govuk-error-message'
    this.say(key, message)
    resolve(false)
    if (!mayHelp) return // a file that is refused is refused again
    const again = document.createElement('button')
    again.type = 'button'
    again.className = 'app-link-button'
    again.textContent = this.area.dataset.textAgain
    again.addEventListener('click', () => { again.remove(); this.tries = 0; this.text.className = 'app-muted'; this.text.before(this.bar); this.send().then(() => finish(this.area)) })
    this.line.append(' ', again)
  }

  done(answer) {
    this.line.textContent = ''
    const name = document.createElement(answer.href ? 'a' : 'span')
    if (answer.href) name.href = answer.href
    name.textContent = answer.name
    this.text.textContent = [answer.size, answer.message || this.area.dataset.textDone].filter(Boolean).join(', ')
    this.line.append(name, ' ', this.text)
    if (!('uploadReload' in this.area.dataset)) {
      const remove = document.createElement('button')
      remove.type = 'submit'
      remove.name = 'then'
      remove.value = `remove-file:${answer.id}`
      remove.className = 'app-link-button'
      remove.textContent = this.area.dataset.textRemove
      this.line.append(' ', remove)
    }
    this.isDone = true
  }
}

function finish(area) {
  const isWhole = area.uploads.every((upload) => upload.isDone)
  const isSilent = area.uploads.every((upload) => upload.isDone && !upload.text.textContent.includes('”'))
  if ('uploadReload' in area.dataset && isWhole && isSilent) window.location.reload()
}

for (const area of document.querySelectorAll('[data-upload-url]')) {
  const input = area.querySelector('input[type=file]')
  if (!input) continue
  area.uploads = []
  let list = area.querySelector('[data-files]')
  if (!list) {
    list = document.createElement('ul')
    list.className = 'govuk-list'
    input.after(list)
  }
  for (const button of area.querySelectorAll('[data-without-script], [data-upload-reload] button[type=submit]')) button.hidden = true
  input.addEventListener('change', async () => {
    const uploads = [...input.files].map((file) => new Upload(area, file, list))
    input.value = '' // each file is on its way by itself; what was typed stays where it is
    area.uploads.push(...uploads)
    for (const upload of uploads) await upload.send()
    finish(area)
  })
}
