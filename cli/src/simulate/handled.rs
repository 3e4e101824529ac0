//! The receiver's own account of what it has handled. Statuses alone do not tell whether a repeat was handled twice, or
//! whether something was acknowledged and then forgotten.
//!
//! It is a file of lines, one for each delivery that was handled: the event lines of `ringback serve`, or whatever a
//! handler writes, as long as the request id or the job stands in it. Where lines are JSON with a member `id`, that tells
//! the deliveries of one submission apart.

use std::collections::HashMap;

use ringback::json::Document;

use super::record::Record;

/// What the receiver says about one submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// How many lines there are about each delivery that has a name.
    pub named: HashMap<String, usize>,
    /// How many lines there are that name none.
    pub nameless: usize,
}

impl Account {
    /// How many lines there are in all.
    pub fn lines(&self) -> usize {
        self.nameless + self.named.values().sum::<usize>()
    }

    /// How many deliveries were handled, of those that there are: without names a line more is one of them again.
    pub fn deliveries(&self, sent: usize) -> usize {
        if self.nameless == 0 { self.named.len() } else { self.lines().min(sent) }
    }
}

/// Accounts by the number of the submission.
pub type Accounts = HashMap<u64, Account>;

/// What the lines say about these deliveries.
pub fn read(text: &[u8], records: &[Record]) -> Accounts {
    // Files may share a request id, which then tells nothing.
    let mut marks: HashMap<&str, Option<u64>> = HashMap::new();
    for record in records {
        let names = [Some(record.request_id.as_str()), record.job.as_deref(), record.id.as_deref()];
        for mark in names.into_iter().flatten() {
            let submission = marks.entry(mark).or_insert(Some(record.submission));
            *submission = submission.filter(|submission| *submission == record.submission);
        }
    }
    let mut accounts = Accounts::new();
    for line in text.split(|byte| *byte == b'\n') {
        let Some(submission) = words(line).find_map(|word| marks.get(word).copied().flatten()) else { continue };
        let account = accounts.entry(submission).or_default();
        let id = Document::parse(line).ok().and_then(|document| {
            document.root().as_object().and_then(|object| object.str("id")).map(|id| id.chars().collect::<String>())
        });
        match id {
            Some(id) => *account.named.entry(id).or_default() += 1,
            None => account.nameless += 1,
        }
    }
    accounts
}

/// What could be a request id, a job or a delivery id.
fn words(line: &[u8]) -> impl Iterator<Item = &str> {
    let part = |byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    line.split(part).filter(|word| !word.is_empty()).filter_map(|word| std::str::from_utf8(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(submission: u64, number: u64) -> Record {
        Record {
            number,
            submission,
            id: None,
            kind: "transcript",
            job: Some(format!("job-{submission}")),
            request_id: format!("00000000-0000-7000-8000-{submission:012}"),
            bytes: 1,
            brief: false,
            entries: Vec::new(),
        }
    }

    #[test]
    fn lines_are_found_by_request_id_or_job_in_json_and_in_text() {
        let records = [record(1, 1), record(2, 2), record(3, 3)];
        let text = "{\"id\":\"a\",\"request_id\":\"00000000-0000-7000-8000-000000000001\"}\nreceived job=job-2 hello\n\
            something else\n";
        let accounts = read(text.as_bytes(), &records);
        assert_eq!((accounts[&1].named["a"], accounts[&1].lines()), (1, 1));
        assert_eq!((accounts[&2].nameless, accounts[&2].lines()), (1, 1));
        assert_eq!(accounts.get(&3), None);
    }

    #[test]
    fn a_request_id_that_several_share_leaves_it_to_the_job() {
        let request_id = "00000000-0000-7000-8000-000000000001";
        let records = [record(1, 1), Record { request_id: request_id.to_owned(), ..record(2, 2) }];
        let line = |job| format!("{{\"id\":\"{job}\",\"request_id\":\"{request_id}\",\"job\":\"job-{job}\"}}\n");
        let accounts = read([line(1), line(2)].concat().as_bytes(), &records);
        assert_eq!((accounts[&1].lines(), accounts[&2].lines()), (1, 1));
        assert!(read(request_id.as_bytes(), &records).is_empty());
    }

    #[test]
    fn a_second_line_about_the_same_is_no_second_delivery() {
        let records = [record(1, 1), record(2, 2), record(2, 3), record(2, 4)];
        let text = "job-1\njob-1\n{\"id\":\"a\",\"job\":\"job-2\"}\n{\"id\":\"b\",\"job\":\"job-2\"}\n\
            {\"id\":\"a\",\"job\":\"job-2\"}\n";
        let accounts = read(text.as_bytes(), &records);
        assert_eq!((accounts[&1].deliveries(1), accounts[&1].lines()), (1, 2));
        assert_eq!((accounts[&2].deliveries(3), accounts[&2].lines()), (2, 3));
    }
}
