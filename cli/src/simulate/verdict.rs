//! The verdict: by delivery id, what was delivered, doubled, differing, or lost.
//!
//! Lost is what no attempt got acknowledged for, what was acknowledged by half, and what the receiver's own account does
//! not have although it was acknowledged. Doubled is only said where there is such an account; without one it is said
//! how often documents arrived again, for a receiver that cannot tell repeats has handled each of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::handled::{self, Account, Accounts};
use super::record::Record;
use super::timeline::size;
use super::wire::Ending;
use crate::text::{ObjectLine, Visible};

/// What became of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Delivered,
    Doubled,
    Differing,
    Lost,
}

impl Fate {
    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Delivered => "delivered",
            Fate::Doubled => "doubled",
            Fate::Differing => "differing",
            Fate::Lost => "lost",
        }
    }
}

/// Fates, each with the reason where that needs saying.
type Fates = Vec<(Fate, Option<String>)>;

/// The verdict over a run.
#[derive(Debug)]
pub struct Verdict<'r> {
    records: &'r [Record],
    /// The fate of each record, and why, where that needs saying.
    pub fates: Fates,
    /// Whether the receiver's own account was heard.
    accounted: bool,
}

impl<'r> Verdict<'r> {
    /// Judges these records, with the receiver's own account if there is one.
    pub fn of(records: &'r [Record], accounts: Option<&Accounts>) -> Verdict<'r> {
        let mut fates: Fates = records.iter().map(by_statuses).collect();
        if let Some(accounts) = accounts {
            let nothing = Account::default();
            let mut submissions: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for (at, record) in records.iter().enumerate() {
                submissions.entry(record.submission).or_default().push(at);
            }
            for (number, members) in submissions {
                by_account(records, &mut fates, &members, accounts.get(&number).unwrap_or(&nothing));
            }
        }
        Verdict { records, fates, accounted: accounts.is_some() }
    }

    /// How many deliveries had this fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.fates.iter().filter(|(other, _)| *other == fate).count()
    }

    /// How often somebody without the right credentials was let in.
    pub fn strangers(&self) -> usize {
        self.records.iter().map(Record::strangers_let_in).sum()
    }

    /// For people: each delivery that is not simply delivered, and a last line with the counts.
    pub fn prose(&self) -> String {
        let mut out = String::new();
        for (record, (fate, why)) in
            self.records.iter().zip(&self.fates).filter(|(_, (fate, _))| *fate != Fate::Delivered)
        {
            // A string takes any text.
            let _ = write!(
                out,
                "{:<10} {}  #{} {} {}",
                fate.name(),
                record.id.as_deref().unwrap_or("-"),
                record.number,
                record.kind,
                size(record.bytes)
            );
            let _ = match why {
                Some(why) => writeln!(out, ": {}", Visible(why.chars(), 300)),
                None => writeln!(out),
            };
        }
        if self.strangers() > 0 {
            let _ = writeln!(out, "{} times somebody without the right credentials was let in", self.strangers());
        }
        let again = self.records.iter().map(|record| record.arrivals().saturating_sub(1)).sum::<usize>();
        if !self.accounted && again > 0 {
            let _ = writeln!(
                out,
                "{again} times a document arrived again and was taken: --handled FILE tells whether it was handled twice"
            );
        }
        let [delivered, doubled, differing, lost] = Self::FATES.map(|fate| self.count(fate));
        let _ = writeln!(
            out,
            "verdict: {delivered} delivered, {doubled} doubled, {differing} differing, {lost} lost ({} attempts)",
            self.attempts()
        );
        out
    }

    /// For programs: one object for each delivery, and one with the counts. `elapsed` is how long it all took.
    pub fn json(&self, seed: u64, elapsed: Duration) -> String {
        let mut out = String::new();
        for (record, (fate, why)) in self.records.iter().zip(&self.fates) {
            let mut line = ObjectLine::new();
            line.plain("v", 1);
            line.text("event", Some("fate"));
            line.plain("number", record.number);
            line.plain("submission", record.submission);
            line.text("id", record.id.as_deref());
            line.text("kind", Some(record.kind));
            line.text("job", record.job.as_deref());
            line.text("request_id", Some(&record.request_id));
            line.plain("bytes", record.bytes);
            line.plain("attempts", record.attempts().count());
            line.plain("arrivals", record.arrivals());
            line.text("fate", Some(fate.name()));
            line.text("why", why.as_deref());
            out += &line.end();
            out.push('\n');
        }
        let mut line = ObjectLine::new();
        line.plain("v", 1);
        line.text("event", Some("verdict"));
        line.plain("seed", seed);
        line.plain("deliveries", self.records.len());
        for fate in Self::FATES {
            line.plain(fate.name(), self.count(fate));
        }
        line.plain("accounted", self.accounted);
        line.plain("strangers_let_in", self.strangers());
        line.plain("attempts", self.attempts());
        line.plain("elapsed_ms", elapsed.as_millis());
        let times = self.times();
        for (name, share) in [("answer_ms_p50", 50), ("answer_ms_p99", 99), ("answer_ms_max", 100)] {
            let at = (times.len() * share / 100).min(times.len().saturating_sub(1));
            let time = times.get(at).map(|time| format!("{:.1}", time.as_secs_f64() * 1e3));
            line.json(name, time.as_deref());
        }
        out += &line.end();
        out.push('\n');
        out
    }

    const FATES: [Fate; 4] = [Fate::Delivered, Fate::Doubled, Fate::Differing, Fate::Lost];

    fn attempts(&self) -> usize {
        self.records.iter().map(|record| record.entries.len()).sum()
    }

    /// How long answers took, the shortest first.
    fn times(&self) -> Vec<Duration> {
        let entries = self.records.iter().flat_map(|record| &record.entries);
        let mut times: Vec<Duration> =
            entries.filter(|entry| entry.ending.status().is_some()).map(|entry| entry.took).collect();
        times.sort_unstable();
        times
    }
}

fn by_statuses(record: &Record) -> (Fate, Option<String>) {
    if record.is_acknowledged_by_half() {
        return (Fate::Lost, Some("half of the body was acknowledged, and nobody sends the rest".into()));
    }
    if !record.is_acknowledged() {
        return (Fate::Lost, Some(endings(record)));
    }
    if record.differs() { (Fate::Differing, None) } else { (Fate::Delivered, None) }
}

/// Corrects what statuses alone say about the deliveries of one submission.
fn by_account(records: &[Record], fates: &mut Fates, members: &[usize], account: &Account) {
    let acknowledged: Vec<usize> = members.iter().copied().filter(|at| fates[*at].0 != Fate::Lost).collect();
    let unhandled = || Some("it was acknowledged, and never handled".to_owned());
    let handled = |times: usize| Some(format!("it was handled {times} times"));
    let is_named = |at: &usize| records[*at].id.as_ref().is_some_and(|id| account.named.contains_key(id));
    if members.iter().any(is_named) {
        // The receiver gives the names that are known here.
        for at in acknowledged {
            let Some(id) = &records[at].id else { continue };
            match account.named.get(id).copied().unwrap_or(0) {
                0 => fates[at] = (Fate::Lost, unhandled()),
                times if times > most(&records[at]) => fates[at] = (Fate::Doubled, handled(times)),
                _ => {}
            }
        }
        return;
    }
    // Another version of what has none is a delivery of its own.
    let others = acknowledged.iter().filter(|at| records[**at].differs() && !records[**at].has_versions()).count();
    let expected = acknowledged.len() + others;
    let found = account.deliveries(expected);
    // Where the account does not tell which of several deliveries are missing, the last ones are named.
    for at in acknowledged.iter().rev().take(expected.saturating_sub(found)) {
        fates[*at] = (Fate::Lost, unhandled());
    }
    let allowed: usize = acknowledged.iter().map(|at| most(&records[*at]) - 1).fold(0, usize::saturating_add);
    let more = (account.lines() - found).saturating_sub(allowed);
    for at in acknowledged.iter().filter(|at| !records[**at].brief).take(more) {
        if fates[*at].0 != Fate::Lost {
            fates[*at] = (Fate::Doubled, if members.len() == 1 { handled(account.lines()) } else { None });
        }
    }
}

/// How often a delivery may be handled: once; once more if it has another version, marked as a revision; and an interim
/// result as often as it arrives.
fn most(record: &Record) -> usize {
    match (record.brief, record.differs() && record.has_versions()) {
        (true, _) => record.arrivals().max(1),
        (false, true) => 2,
        (false, false) => 1,
    }
}

/// How the attempts ended, equal ones together, and what the receiver said at the end.
fn endings(record: &Record) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    for (entry, _) in record.attempts() {
        let ending = entry.ending.to_string();
        match counts.last_mut().filter(|(last, _)| *last == ending) {
            Some((_, count)) => *count += 1,
            None => counts.push((ending, 1)),
        }
    }
    let parts =
        counts.into_iter().map(|(ending, count)| if count == 1 { ending } else { format!("{count} times {ending}") });
    let mut text = parts.collect::<Vec<_>>().join(", then ");
    if let Some((entry, _)) = record.attempts().last()
        && let Ending::Answered(reply) = &entry.ending
    {
        let said = String::from_utf8_lossy(&reply.body);
        if let Some(line) = said.lines().map(str::trim).find(|line| !line.is_empty()) {
            let _ = write!(text, " ({})", line.chars().take(120).collect::<String>());
        }
    }
    text
}

/// Reads the receiver's own account until everything that was acknowledged is in it, or for so long.
pub async fn wait_for_accounts(path: &Path, records: &[Record], patience: Duration) -> Result<Accounts, String> {
    let begun = Instant::now();
    let lost = Verdict::of(records, None).count(Fate::Lost);
    loop {
        let text = tokio::fs::read(path).await.map_err(|error| format!("{}: {error}", path.display()))?;
        let accounts = handled::read(&text, records);
        // Workers may come to it after the answer: what is still missing now may have been handled in a moment.
        let complete = Verdict::of(records, Some(&accounts)).count(Fate::Lost) == lost;
        if complete || begun.elapsed() >= patience {
            return Ok(accounts);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault::Fault;
    use super::super::record::{Entry, Reason};
    use super::super::wire::Reply;
    use super::*;

    fn record(submission: u64, story: &[(Reason, u16)]) -> Record {
        let entry = |(reason, status): &(Reason, u16)| Entry {
            at: Duration::ZERO,
            took: Duration::ZERO,
            reason: *reason,
            ending: match status {
                0 => Ending::Silent,
                status => Ending::Answered(Reply { status: *status, ..Reply::default() }),
            },
            next: None,
        };
        Record {
            number: 1,
            submission,
            id: None,
            kind: "transcript",
            job: None,
            request_id: String::new(),
            bytes: 1,
            brief: false,
            entries: story.iter().map(entry).collect(),
        }
    }

    fn account(lines: usize) -> Account {
        Account { nameless: lines, ..Account::default() }
    }

    fn fate(story: &[(Reason, u16)], lines: Option<usize>) -> Fate {
        let records = [record(1, story)];
        let accounts = lines.map(|lines| Accounts::from([(1, account(lines))]));
        Verdict::of(&records, accounts.as_ref()).fates[0].0
    }

    const SENT: Reason = Reason::Sent(1, None);

    #[test]
    fn what_nobody_acknowledged_in_full_is_lost() {
        assert_eq!(fate(&[(SENT, 200)], None), Fate::Delivered);
        assert_eq!(fate(&[(SENT, 413), (SENT, 413)], None), Fate::Lost);
        assert_eq!(fate(&[(SENT, 0)], None), Fate::Lost);
        assert_eq!(fate(&[(Reason::Sent(1, Some(Fault::Cut)), 200)], None), Fate::Lost);
        assert_eq!(fate(&[(Reason::Stranger(Fault::NoCredentials), 200), (SENT, 401)], None), Fate::Lost);
    }

    #[test]
    fn another_version_is_told() {
        let story = [(SENT, 200), (Reason::Again(Fault::Differing), 200)];
        assert_eq!(fate(&story, None), Fate::Differing);
        assert_eq!(fate(&story, Some(2)), Fate::Differing);
        assert_eq!(fate(&story, Some(3)), Fate::Doubled);
    }

    #[test]
    fn the_account_of_the_receiver_counts() {
        assert_eq!(fate(&[(SENT, 200)], Some(1)), Fate::Delivered);
        assert_eq!(fate(&[(SENT, 200)], Some(2)), Fate::Doubled);
        assert_eq!(fate(&[(SENT, 200)], Some(0)), Fate::Lost);
        // Handled it was; but Deepgram would have given up on it.
        assert_eq!(fate(&[(SENT, 500)], Some(1)), Fate::Lost);
    }

    fn counts(records: &[Record], account: Account) -> [usize; 3] {
        let accounts = Accounts::from([(1, account)]);
        let verdict = Verdict::of(records, Some(&accounts));
        [Fate::Delivered, Fate::Doubled, Fate::Lost].map(|fate| verdict.count(fate))
    }

    fn named(names: &[(&str, usize)]) -> Account {
        Account { named: names.iter().map(|(name, lines)| ((*name).into(), *lines)).collect(), nameless: 0 }
    }

    #[test]
    fn of_a_submission_with_several_deliveries_the_missing_are_counted() {
        let records = [record(1, &[(SENT, 200)]), record(1, &[(SENT, 200)]), record(1, &[(SENT, 200)])];
        assert_eq!(counts(&records, account(2)), [2, 0, 1]);
        assert_eq!(counts(&records, account(4)), [2, 1, 0]);
        assert_eq!(counts(&records, named(&[("x", 1), ("y", 2)])), [1, 1, 1]);
    }

    #[test]
    fn names_that_are_known_tell_which() {
        let one = |id: &str| Record { id: Some(id.into()), ..record(1, &[(SENT, 200)]) };
        let records = [one("a"), one("b"), Record { brief: true, ..one("c") }];
        assert_eq!(counts(&records, named(&[("a", 1), ("b", 1), ("c", 1)])), [3, 0, 0]);
        assert_eq!(counts(&records, named(&[("a", 2), ("c", 1), ("other", 1)])), [1, 1, 1]);
    }

    #[test]
    fn an_interim_result_may_be_handled_as_often_as_it_arrives() {
        let twice = [(Reason::Sent(1, Some(Fault::LostReply)), 200), (Reason::Sent(2, None), 200)];
        let interim = Record { id: Some("a".into()), brief: true, ..record(1, &twice) };
        assert_eq!(counts(std::slice::from_ref(&interim), named(&[("a", 2)])), [1, 0, 0]);
        assert_eq!(counts(&[interim], named(&[("a", 3)])), [0, 1, 0]);
    }

    #[test]
    fn strangers_are_counted() {
        let records = [record(1, &[(Reason::Stranger(Fault::NoCredentials), 200), (SENT, 200)])];
        assert_eq!(Verdict::of(&records, None).strangers(), 1);
    }

    #[test]
    fn the_story_of_a_loss_is_told_briefly() {
        let records = [record(1, &[(SENT, 413), (SENT, 413), (SENT, 0)])];
        let prose = Verdict::of(&records, None).prose();
        assert!(prose.contains("2 times 413, then no answer in time"), "{prose}");
        assert!(prose.ends_with("0 delivered, 0 doubled, 0 differing, 1 lost (3 attempts)\n"), "{prose}");
    }
}
