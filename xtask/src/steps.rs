//! What is being done, said while it is done: a heading with the time so far before each step, and at
//! the end a table of where the time went.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// The steps of one command.
#[derive(Debug)]
pub(crate) struct Steps {
    started: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// Starts the clock.
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Does one thing under a heading.
    ///
    /// # Errors
    /// The thing's own, with the heading as its context.
    pub(crate) fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n── {} ── {name}", clock(self.started.elapsed()));
        let begun = Instant::now();
        let result = work();
        self.done.push((name.to_owned(), begun.elapsed()));
        result.with_context(|| format!("step \"{name}\" failed"))
    }

    /// Prints where the time went.
    pub(crate) fn print_table(&self) {
        print!("\n{}", table(&self.done, self.started.elapsed()));
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:>2}:{:02}", seconds / 60, seconds % 60)
}

fn table(done: &[(String, Duration)], total: Duration) -> String {
    let width = done.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max("total".len());
    let mut text = String::new();
    let mut line = |name: &str, time| {
        let _ = writeln!(text, "  {name:<width$}  {}", clock(time));
    };
    for (name, time) in done {
        line(name, *time);
    }
    line("total", total);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_up_and_adds_nothing() {
        let done = [("UI".to_owned(), Duration::from_secs(75)), ("end to end".to_owned(), Duration::from_secs(9))];
        let expected = "  UI           1:15\n  end to end   0:09\n  total       10:00\n";
        assert_eq!(table(&done, Duration::from_secs(600)), expected);
    }
}
