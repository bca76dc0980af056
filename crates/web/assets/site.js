// What pages do better with a script; without it all of them work.
"use strict";

// Names and places are completed from the store.
for (const input of document.querySelectorAll("input[data-complete]")) {
  const kind = input.dataset.complete;
  const fixed = document.getElementById(input.getAttribute("list"));
  const list = document.createElement("datalist");
  list.id = input.id + "-names";
  input.after(list);
  let asked = "";
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const like = input.value.trim();
      if (like.length < 2 || like === asked) return;
      asked = like;
      try {
        const answer = await fetch(`/api/${kind}?like=${encodeURIComponent(like)}`);
        const found = (await answer.json())[kind];
        if (asked !== like) return;
        const options = found.map((each) => {
          const option = document.createElement("option");
          option.value = each.name ?? each;
          return option;
        });
        const countries = [...(fixed?.options ?? [])].filter((o) => o.textContent.toLowerCase().startsWith(like.toLowerCase()));
        list.replaceChildren(...countries.map((o) => o.cloneNode(true)), ...options);
        input.setAttribute("list", list.id);
      } catch {
        // without an answer the field is a field
      }
    }, 150);
  });
}

// An event's card and its words light each other.
const words = new Map();
for (const word of document.querySelectorAll("[data-e]")) {
  for (const event of word.dataset.e.split(" ")) {
    if (!words.has(event)) words.set(event, []);
    words.get(event).push(word);
  }
}
function light(event, on) {
  for (const word of words.get(event) ?? []) word.classList.toggle("lit", on);
}
for (const card of document.querySelectorAll("[data-card]")) {
  const event = card.dataset.card;
  for (const [name, on] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
    card.addEventListener(name, () => light(event, on));
  }
}
for (const trigger of document.querySelectorAll("a.trigger")) {
  const event = trigger.getAttribute("href").slice(2);
  for (const [name, on] of [["pointerenter", true], ["pointerleave", false], ["focusin", true], ["focusout", false]]) {
    trigger.addEventListener(name, () => {
      light(event, on);
      document.getElementById("e" + event)?.classList.toggle("lit-card", on);
    });
  }
}
const wanted = document.querySelector(".card.wanted");
if (wanted && !location.hash) {
  light(wanted.dataset.card, true);
  document.getElementById("t" + wanted.dataset.card)?.scrollIntoView({ block: "center" });
}
