//! The panel that shows an answer.

use super::names::Names;
use super::reading::{Answer, Fix, Payer, Reading, RuleLine, Way};
use super::{Lead, adds, ask, fixes, lead, lead_of_change, sentences};
use crate::account::Known;
use crate::navigator::PageLink;
use crate::route::Route;
use crate::session::{SignInReason, session};
use crate::signals::{Memo, RwSignal, Signal, StoredValue};
use crate::ui::{Announcer, Badge, ExternalLink, Fact, Facts, Tone, unique_id};
use crate::words::{self, Words, words};
use entitlement_rules::{Change, NextStep, Question, RuleId, Status};
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;

/// An answer must stand this long before it is said aloud: while somebody chooses, it changes often.
const SETTLED: Duration = Duration::from_millis(800);

/// The most ways to change the answer that are in sight; the others are folded.
const MOST_FIXES: usize = 4;

/// The law's answer to a question, live: it follows the account and the question. Changes are said once, politely,
/// when they have settled; the first answer is there to be read and is not said.
#[component]
pub(crate) fn VerdictPanel(
    /// The account.
    known: Signal<Known>,
    /// What is asked.
    #[prop(into)]
    question: Signal<Question>,
    /// Makes a change in the form on the same page, the first of those that it lists.
    on_change: Callback<Change>,
) -> impl IntoView {
    let words = words();
    let reading =
        Memo::new(move |_| known.with(|known| question.with(|asked| ask(known, asked, words))));
    // Only where it is refused, and once for each question: the search costs far more than an answer.
    let fixes = Memo::new(move |_| {
        let is_refused = reading.with(Reading::is_refused);
        is_refused.then(|| known.with(|known| question.with(|asked| fixes(known, asked, words))))
    });
    announce_changes(words, reading);
    let title_id = unique_id("answer");
    let labelled_by = title_id.clone();
    let (rules_open, silent_open) = (RwSignal::new(false), RwSignal::new(false));
    let more_open = RwSignal::new(false);
    let tone = move || reading.with(|reading| tone(reading.answer).class_name());
    view! { class="ps",
        <section class=move || format!("verdict {}", tone()) aria-labelledby=labelled_by>
            {move || {
                let known = known.get();
                let reading = reading.get();
                let fixes = fixes.get();
                let names = Names::new(&known.programme, &known.facts, words.language());
                view! { class="ps",
                    <Head reading=reading.clone() title_id=title_id.clone()/>
                    {reading.payer.clone().filter(|_| !reading.is_early()).map(|payer| view! { class="ps", <Paying payer=payer answer=reading.answer/> })}
                    {reads_only(words, &reading)}
                    {rules(words, &reading)}
                    {fixes.as_deref().map(|fixes| {
                        let fixes: Vec<AnyView> = fixes
                            .iter()
                            .map(|fix| fix_item(words, names, &known, &reading, fix, on_change).into_any())
                            .collect();
                        view! { class="ps", <Fixes fixes=fixes open=more_open/> }
                    })}
                    {steps(words, names, &known, &reading, fixes.as_deref(), on_change)}
                    <OtherRules lines=reading.others open=rules_open silent_open=silent_open/>
                    <p class="hint">{words::verdict::as_of(words, known.facts.as_of)}</p>
                }
            }}
        </section>
    }
}

/// Says an answer that has changed, once it has settled.
fn announce_changes(words: Words, reading: Memo<Reading>) {
    let announcer = use_context::<Announcer>();
    let said = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let now = reading.with(|reading| sentences::announcement(words, reading));
        if said.with_value(Option::is_none) {
            said.set_value(Some(now));
            return;
        }
        set_timeout(
            move || {
                let current =
                    reading.try_with_untracked(|reading| sentences::announcement(words, reading));
                let Some(current) = current.filter(|current| *current == now) else {
                    return;
                };
                if said.try_get_value().flatten().as_ref() != Some(&current) {
                    said.set_value(Some(current.clone()));
                    if let Some(announcer) = announcer {
                        announcer.say(current);
                    }
                }
            },
            SETTLED,
        );
    });
}

/// How an answer looks.
#[derive(Clone, Copy)]
enum Look {
    Good,
    Open,
    Bad,
}

impl Look {
    fn class_name(self) -> &'static str {
        match self {
            Look::Good => "good",
            Look::Open => "open",
            Look::Bad => "bad",
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Look::Good => "✓",
            Look::Open => "…",
            Look::Bad => "✕",
        }
    }
}

fn tone(answer: Answer) -> Look {
    match answer {
        Answer::Yes => Look::Good,
        Answer::SoFar | Answer::IdsFirst | Answer::TooUrgent | Answer::Nothing => Look::Open,
        Answer::No => Look::Bad,
    }
}

#[component]
fn Head(
    /// What to show.
    reading: Reading,
    /// Id of the title, which names the panel.
    title_id: String,
) -> impl IntoView {
    let words = words();
    let look = tone(reading.answer);
    let needs = (!reading.needs.is_empty() && reading.answer != Answer::No)
        .then(|| sentences::still_needed(words, &reading.needs));
    view! { class="ps",
        <div class="verdict-head">
            <span class="verdict-mark" aria-hidden="true">{look.mark()}</span>
            <h2 id=title_id>{sentences::title(words, &reading)}</h2>
        </div>
        {needs.map(|needs| view! { class="ps", <p>{needs}</p> })}
    }
}

/// What pays, what that takes, and until when it can.
#[component]
fn Paying(
    /// What pays.
    payer: Payer,
    /// The answer.
    answer: Answer,
) -> impl IntoView {
    let words = words();
    let grace = payer
        .ends
        .zip(payer.grace_until)
        .map(|(end, last)| words::verdict::grace(words, end, last));
    let ends = payer.ends.filter(|_| grace.is_none());
    let takes = (answer != Answer::No).then(|| sentences::uses(words, &payer));
    let paid_by = match answer {
        Answer::No => words::verdict::paid_by_nearest(words),
        _ => words::verdict::paid_by(words),
    };
    view! { class="ps",
        <Facts>
            <Fact name=paid_by>{sentences::payer_name(words, &payer.name)}</Fact>
            {takes.map(|takes| view! { class="ps", <Fact name=words::verdict::uses(words)>{takes}</Fact> })}
            {ends.map(|day| view! { class="ps", <Fact name=words::verdict::until(words)>{words.date(day)}</Fact> })}
        </Facts>
        {grace.map(|grace| view! { class="ps", <p class="verdict-warning">{grace}</p> })}
    }
}

fn reads_only(words: Words, reading: &Reading) -> impl IntoView + use<> {
    reading.reads_only.then(
        || view! { class="ps", <p class="verdict-warning">{words::verdict::reads_only(words)}</p> },
    )
}

/// The rules that decide.
fn rules(words: Words, reading: &Reading) -> impl IntoView + use<> {
    let title = match reading.answer {
        Answer::Yes => words::verdict::why_yes(words),
        Answer::SoFar => words::verdict::why_open(words),
        Answer::IdsFirst | Answer::TooUrgent | Answer::Nothing | Answer::No => {
            words::verdict::why_no(words)
        }
    };
    let lines = reading.deciding.clone();
    (!lines.is_empty()).then(|| {
        view! { class="ps",
            <h3>{title}</h3>
            <ul class="rules">{lines.into_iter().map(|line| rule(words, line)).collect_view()}</ul>
        }
    })
}

/// One rule: its number, what it says, its facts, where it is stated.
fn rule(words: Words, line: RuleLine) -> impl IntoView {
    let (status, class, mark) = match line.result.status {
        Status::Pass => (words::verdict::rule_passes(words), "pass", "✓"),
        Status::Fail => (words::verdict::rule_fails(words), "fail", "✕"),
        Status::NotApplicable => (words::verdict::rule_silent(words), "silent", "–"),
        Status::NeedsFact => (words::verdict::rule_waits(words), "waits", "…"),
    };
    let fails = line.result.status == Status::Fail;
    let facts: Vec<(&'static str, String)> = line
        .facts
        .iter()
        .map(|fact| (fact.name.word(words), sentences::value(words, &fact.value)))
        .collect();
    let facts = (!facts.is_empty()).then(|| {
        let facts = facts
            .into_iter()
            .map(|(name, value)| view! { class="ps", <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view();
        view! { class="ps", <dl class="rule-facts">{facts}</dl> }
    });
    let own = line.result.rule;
    let extension = line.result.extension.or(own.is_extension().then_some(own));
    let extension = extension.map(|extension| {
        view! { class="ps", <Badge tone=Tone::Info text=sentences::extension(words, extension)/> }
    });
    view! { class="ps",
        <li class=format!("rule {class}")>
            <span class="rule-number">
                <span aria-hidden="true">{mark}</span>
                <PageLink to=Route::Rules(Some(own))>{own.code()}</PageLink>
                <span class="visually-hidden">{format!(", {status}: ")}</span>
            </span>
            <div class="rule-body">
                <p class="rule-says">{sentences::says(words, &line)}</p>
                {fails.then(|| view! { class="ps", <p class="hint">{sentences::demand(words, line.result.rule)}</p> })}
                {facts}
                <p class="rule-source">{sentences::source(words, own)}{extension}</p>
            </div>
        </li>
    }
}

/// What one rule says to a question, on a page without a panel of its own: whether it refuses, and the rule.
pub(crate) fn rule_alone(
    words: Words,
    known: &Known,
    question: &Question,
    of: RuleId,
) -> Option<(bool, AnyView)> {
    let Reading {
        deciding, others, ..
    } = ask(known, question, words);
    let mut lines = deciding.into_iter().chain(others);
    let line = lines.find(|line| line.result.rule == of)?;
    let fails = line.result.status == Status::Fail;
    let line = rule(words, line);
    Some((
        fails,
        view! { class="ps", <ul class="rules">{line}</ul> }.into_any(),
    ))
}

/// What would change the answer: the easiest ways in sight, the others folded.
#[component]
fn Fixes(
    /// Every way; none when nothing that the law knows would help.
    fixes: Vec<AnyView>,
    /// Whether the others are unfolded; kept while answers come and go.
    open: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    let mut in_sight = fixes;
    let folded = in_sight.split_off(in_sight.len().min(MOST_FIXES));
    let more = u32::try_from(folded.len()).unwrap_or(u32::MAX);
    let in_sight = if in_sight.is_empty() {
        view! { class="ps", <p>{words::verdict::nothing_changes_it(words)}</p> }.into_any()
    } else {
        view! { class="ps", <ul class="fixes">{in_sight}</ul> }.into_any()
    };
    view! { class="ps",
        <h3>{words::verdict::what_changes_it(words)}</h3>
        {in_sight}
        {(more > 0).then(|| view! { class="ps",
            <Fold summary=words::verdict::more_ways(words, more) open=open>
                <ul class="fixes">{folded}</ul>
            </Fold>
        })}
    }
}

/// One way to change the answer: its changes in their order, and what would then pay.
fn fix_item(
    words: Words,
    names: Names<'_>,
    known: &Known,
    reading: &Reading,
    fix: &Fix,
    on_change: Callback<Change>,
) -> impl IntoView + use<> {
    let mut texts = Vec::new();
    let item = |change: &Change| {
        let (text, cut) = sentences::change(words, names, change, fix);
        texts.push(text.clone());
        let lead = lead_of_change(change, reading, names);
        let item = leading(words, names, known, lead, text, Some(on_change));
        let list = cut.map(|count| {
            let all = words.listed(&sentences::listed(words, names, change));
            view! { class="ps",
                <Fold summary=words::verdict::list_of_all(words, count) open=RwSignal::new(false)>
                    <p class="hint">{all}</p>
                </Fold>
            }
        });
        view! { class="ps", <li>{item}{list}</li> }
    };
    let changes = fix.changes.iter().map(item).collect_view();
    let paid = sentences::then_paid(words, fix, &texts);
    view! { class="ps",
        <li class="fix">
            <ol class="changes">{changes}</ol>
            {paid.map(|paid| view! { class="ps", <p class="hint">{paid}</p> })}
        </li>
    }
}

/// What the viewer can do, beside the changes that the law has found.
fn steps(
    words: Words,
    names: Names<'_>,
    known: &Known,
    reading: &Reading,
    fixes: Option<&[Fix]>,
    on_change: Callback<Change>,
) -> impl IntoView + use<> {
    let mut steps = reading.steps.clone();
    steps.retain(|step| fixes.is_none_or(|found| adds(step, found)));
    let items = step_items(words, names, known, &steps, Some(on_change));
    let title = match reading.answer {
        Answer::Yes => words::verdict::what_next_yes(words),
        _ => words::verdict::what_next(words),
    };
    (!steps.is_empty()).then(|| {
        view! { class="ps", <h3>{title}</h3><ul class="steps">{items}</ul> }
    })
}

/// Next steps on a page without a panel of its own.
pub(crate) fn steps_alone(
    words: Words,
    known: &Known,
    steps: &[NextStep],
) -> impl IntoView + use<> {
    let names = Names::new(&known.programme, &known.facts, words.language());
    view! { class="ps", <ul class="steps">{step_items(words, names, known, steps, None)}</ul> }
}

fn step_items(
    words: Words,
    names: Names<'_>,
    known: &Known,
    steps: &[NextStep],
    on_change: Option<Callback<Change>>,
) -> impl IntoView + use<> {
    let item = |step| {
        let text = sentences::step(words, names, step);
        let lead = lead(step, on_change.is_some());
        let item = leading(words, names, known, lead, text, on_change);
        view! { class="ps", <li>{item}</li> }
    };
    steps.iter().map(item).collect_view()
}

/// A text that leads somewhere.
fn leading(
    words: Words,
    names: Names<'_>,
    known: &Known,
    lead: Lead,
    text: String,
    on_change: Option<Callback<Change>>,
) -> AnyView {
    match lead {
        Lead::Page(route) => view! { class="ps", <PageLink to=route>{text}</PageLink> }.into_any(),
        Lead::SwitchAccount => {
            let session = session();
            let switch = move |_| session.ask_to_sign_in(SignInReason::SwitchAccount);
            view! { class="ps", <button type="button" class="link" on:click=switch>{text}</button> }
                .into_any()
        }
        Lead::InForm(change) => in_form(words, names, &change, text, on_change),
        Lead::Portal(portal) => {
            let url = known
                .programme
                .portal(&portal)
                .map(|portal| portal.url.clone());
            view! { class="ps", <ExternalLink href=url.unwrap_or_default() text=text/> }.into_any()
        }
        Lead::Membership => match known.membership_portal() {
            Some(portal) => {
                view! { class="ps", <ExternalLink href=portal.url.clone() text=text/> }.into_any()
            }
            None => text.into_any(),
        },
        Lead::StatedBy(rule) => {
            let mut sources = known.programme.policy().extensions.sources();
            let source = sources.find(|(name, _)| *name == rule.code());
            let source = source.and_then(|(_, source)| known.programme.source(source));
            let url = source.and_then(|source| source.url.clone());
            view! { class="ps", <ExternalLink href=url.unwrap_or_default() text=text/> }.into_any()
        }
        Lead::Address(url) => view! { class="ps", <ExternalLink href=url text=text/> }.into_any(),
        Lead::Nowhere => text.into_any(),
    }
}

/// A change that the form on the same page makes; of several to choose from, each is a button of its own.
fn in_form(
    words: Words,
    names: Names<'_>,
    change: &Change,
    text: String,
    on_change: Option<Callback<Change>>,
) -> AnyView {
    let button = |text: String, label: Option<String>, change: Change| {
        let make = move |_| {
            if let Some(on_change) = on_change {
                on_change.run(change.clone());
            }
        };
        view! { class="ps", <button type="button" class="link" aria-label=label on:click=make>{text}</button> }
    };
    let listed = sentences::listed(words, names, change);
    let any = words.any_of(&listed);
    // Which benefit the IDs are for, they say themselves.
    let is_choice = listed.len() > 1 && !matches!(change, Change::LinkHeldIds { .. });
    let Some((before, after)) = text.split_once(&any).filter(|_| is_choice) else {
        return button(text, None, change.clone()).into_any();
    };
    let mut rest = any.as_str();
    let mut lead_in = before;
    let choices = listed.iter().zip(change.alternatives()).map(|(name, one)| {
        let (between, later) = rest.split_once(name.as_str()).unwrap_or_default();
        rest = later;
        let shown = format!("{}{name}", std::mem::take(&mut lead_in));
        let label = format!("{before}{name}{after}");
        (between.to_owned(), button(shown, Some(label), one))
    });
    view! { class="ps", <span>{choices.collect_view()}{after.to_owned()}</span> }.into_any()
}

/// What is said of a way to pay: the law's answer for it, what it would take of what is left, until when, and why not.
pub(crate) fn way_more(words: Words, way: &Way) -> impl IntoView + use<> {
    let (verdict, tone) = match way.answer {
        Answer::Yes => (words::verdict::way_yes(words), Tone::Good),
        Answer::SoFar => (words::verdict::way_open(words), Tone::Neutral),
        Answer::IdsFirst => (words::verdict::ids_first(words), Tone::Warning),
        Answer::TooUrgent => (words::verdict::too_urgent(words), Tone::Warning),
        Answer::Nothing | Answer::No => (words::verdict::way_no(words), Tone::Neutral),
    };
    let takes = words::verdict::uses_line(words, &sentences::uses(words, &way.payer));
    let until = match (way.payer.ends, way.payer.grace_until) {
        (Some(end), Some(last)) => Some(words::verdict::grace(words, end, last)),
        (Some(end), None) => Some(words::verdict::until_line(words, end)),
        _ => None,
    };
    let lines = [Some(takes).filter(|_| way.answer != Answer::No), until];
    let lines = lines.into_iter().flatten();
    let reason = way.reason.as_ref().filter(|_| way.answer == Answer::No).map(|line| {
        let reason = sentences::failure(words, &line.result);
        let rule = line.result.rule;
        let code = if rule.is_extension() {
            sentences::extension(words, rule)
        } else {
            rule.code().to_owned()
        };
        let link = view! { class="ps", <PageLink class="rule-code" to=Route::Rules(Some(rule))>{code}</PageLink> };
        view! { class="ps", <p class="hint">{link}" "{reason}</p> }
    });
    view! { class="ps",
        <Badge tone=tone text=verdict/>
        {lines.map(|line| view! { class="ps", <p class="hint">{line}</p> }).collect_view()}
        {reason}
    }
}

/// The rules that do not decide, folded: those of the seed, then the extensions, where those that do not apply are
/// folded once more.
#[component]
fn OtherRules(
    /// The rules.
    lines: Vec<RuleLine>,
    /// Whether they are unfolded; kept while answers come and go.
    open: RwSignal<bool>,
    /// Whether the extensions that do not apply are.
    silent_open: RwSignal<bool>,
) -> impl IntoView {
    let words = words();
    let count = |lines: &[RuleLine]| u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let list = move |lines: Vec<RuleLine>| {
        (!lines.is_empty()).then(|| {
            let lines = lines.into_iter().map(|line| rule(words, line));
            view! { class="ps", <ul class="rules">{lines.collect_view()}</ul> }
        })
    };
    let all = count(&lines);
    let (extensions, of_the_seed): (Vec<RuleLine>, Vec<RuleLine>) = lines
        .into_iter()
        .partition(|line| line.result.rule.is_extension());
    let (silent, speaking): (Vec<RuleLine>, Vec<RuleLine>) = extensions
        .into_iter()
        .partition(|line| line.result.status == Status::NotApplicable);
    let silent_count = count(&silent);
    view! { class="ps",
        <Fold summary=words::verdict::other_rules(words, all) open=open>
            {list(of_the_seed)}
            <h3>{words::verdict::extensions(words)}</h3>
            <p class="hint">{words::verdict::extensions_hint(words)}</p>
            {list(speaking)}
            <Fold summary=words::verdict::silent_extensions(words, silent_count) open=silent_open>
                {list(silent)}
            </Fold>
        </Fold>
    }
}

/// Something folded.
#[component]
fn Fold(
    /// What is in it.
    summary: String,
    /// Whether it is unfolded; kept while answers come and go.
    open: RwSignal<bool>,
    /// What is folded.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        if let Some(details) = details.try_get_untracked().flatten() {
            open.set(details.open());
        }
    };
    view! { class="ps",
        <details class="fold" node_ref=details open=open.get_untracked() on:toggle=on_toggle>
            <summary>{summary}</summary>
            {children()}
        </details>
    }
}
