//! The client's side of a stream: how many requests it has out, what waits for its turn, and closed-loop sessions.

use crate::engine::setup::Stream;
use std::collections::VecDeque;

/// A stream's client during a run.
#[derive(Clone, Debug)]
pub(crate) struct Crowd {
    /// Requests out at one time at most; the largest number when nobody counts.
    limit: u32,
    out: u32,
    backlog: VecDeque<u32>,
    /// Sessions: the time between a request and the next, the next request, and when each request was asked.
    think_us: Option<u64>,
    next: u32,
    asked_us: Vec<u64>,
}

impl Crowd {
    pub(crate) fn new(stream: &Stream) -> Self {
        let sessions = stream.rules.sessions;
        Self {
            limit: stream.rules.concurrent.unwrap_or(u32::MAX),
            out: 0,
            backlog: VecDeque::new(),
            think_us: sessions.map(|sessions| sessions.think_us),
            next: sessions.map_or(0, |sessions| sessions.count),
            asked_us: Vec::new(),
        }
    }

    /// Whether the end of a request matters to the client.
    #[inline]
    pub(crate) fn watches(&self) -> bool {
        self.limit < u32::MAX || self.think_us.is_some()
    }

    /// A request arrives; says whether it goes out at once.
    #[inline]
    pub(crate) fn arrive(&mut self, now_us: u64, id: u32) -> bool {
        if self.think_us.is_some() {
            if self.asked_us.len() <= id as usize {
                self.asked_us.resize(id as usize + 1, 0);
            }
            self.asked_us[id as usize] = now_us;
        }
        if self.out >= self.limit {
            self.backlog.push_back(id);
            return false;
        }
        self.out += 1;
        true
    }

    /// When a request of a session was asked.
    #[inline]
    pub(crate) fn asked_us(&self, id: u32) -> Option<u64> {
        self.think_us.and(self.asked_us.get(id as usize).copied())
    }

    /// A request has ended: the one that goes out in its place, and the session's next one with its time.
    pub(crate) fn end(&mut self, now_us: u64) -> (Option<u32>, Option<(u64, u32)>) {
        self.out -= 1;
        let turn = self.think_us.map(|think_us| {
            let id = self.next;
            self.next = self.next.saturating_add(1);
            (now_us.saturating_add(think_us), id)
        });
        let released = self.backlog.pop_front();
        self.out += u32::from(released.is_some());
        (released, turn)
    }
}
