//! One look at the database for a batch of entries: what changed, who saw it before, and who sees it now.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use mainstay_core::RecordId;
use mainstay_core::definition::CollectionId;
use mainstay_store::journal::StoredEntry;
use mainstay_store::{StoreError, Tx};

use super::change::{Change, First, changes, living, present_rows};
use super::view::{Concerned, Shown, View, Viewer, Viewers};
use crate::environment::Release;

/// Those who ask with one view: of a whole collection, or of one record.
#[derive(Debug, Clone)]
pub(super) struct Audience {
    pub(super) view: Arc<View>,
    pub(super) record: Option<RecordId>,
    pub(super) viewers: Arc<Viewers>,
}

/// What to look for.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) release: Arc<Release>,
    pub(super) entries: Arc<Vec<StoredEntry>>,
    pub(super) now_micros: i64,
    /// Followers of collections, and of records that the entries name.
    pub(super) audiences: Vec<Audience>,
    /// Followers of any record, whose sight of it may hang on others.
    pub(super) dependents: Vec<Audience>,
    /// Numbers up to which records have been told of.
    pub(super) covered: HashMap<RecordId, i64>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) changes: Vec<Change>,
    pub(super) verdicts: Vec<Verdict>,
    /// Whoever has to look anew, because of others' changes or because the past is unclear.
    pub(super) reloads: Vec<(Arc<View>, Option<RecordId>, Concerned)>,
    /// Whoever may not see a record any more that did not change itself.
    pub(super) lost: Vec<(Arc<View>, RecordId, Vec<Viewer>)>,
}

/// How one audience sees one change.
#[derive(Debug)]
pub(super) struct Verdict {
    /// Position among the changes.
    pub(super) change: usize,
    pub(super) view: Arc<View>,
    pub(super) record: Option<RecordId>,
    /// Viewers who saw it before or see it now.
    pub(super) sights: Vec<(Viewer, Sight)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) before: bool,
    /// What they see of it now; `None` where they do not see it.
    pub(super) after: Option<Shown>,
}

impl Question {
    /// Nobody asks about anything.
    pub(super) fn is_idle(&self) -> bool {
        self.audiences.is_empty() && self.dependents.is_empty()
    }

    pub(super) fn answer(&self, tx: &mut Tx<'_>) -> Result<Answer, StoreError> {
        let mut answer = Answer {
            changes: changes(tx, &self.release, &self.entries, &self.wanted(), &self.covered)?,
            ..Answer::default()
        };
        for position in 0..answer.changes.len() {
            self.judge_change(tx, position, &mut answer)?;
        }
        self.find_lost(tx, &mut answer)?;
        Ok(answer)
    }

    fn wanted(&self) -> HashSet<CollectionId> {
        let mut wanted = HashSet::new();
        for audience in self.audiences.iter().chain(&self.dependents) {
            wanted.insert(audience.view.key.collection);
            wanted.extend(
                audience
                    .view
                    .dependencies
                    .iter()
                    .map(|dependency| dependency.collection),
            );
        }
        wanted
    }

    fn judge_change(&self, tx: &mut Tx<'_>, position: usize, answer: &mut Answer) -> Result<(), StoreError> {
        let change = &answer.changes[position];
        for audience in &self.audiences {
            let view = &audience.view;
            let is_of_others = audience.record.is_some_and(|record| record != change.id);
            if view.key.collection == change.collection && !is_of_others {
                if view.is_unclear_about(change) {
                    answer
                        .reloads
                        .push((Arc::clone(view), audience.record, Concerned::Everyone));
                } else {
                    let sights = self.sights(tx, change, audience)?;
                    if change.between_is_cut && view.notices(change) {
                        let concerned = audience.viewers.without(&sights);
                        answer
                            .reloads
                            .push((Arc::clone(view), audience.record, concerned));
                    }
                    if !sights.is_empty() {
                        answer.verdicts.push(Verdict {
                            change: position,
                            view: Arc::clone(view),
                            record: audience.record,
                            sights,
                        });
                    }
                }
            }
            if audience.record.is_none()
                && let Some(concerned) = view.concerned_by(change)
            {
                answer.reloads.push((Arc::clone(view), None, concerned));
            }
        }
        Ok(())
    }

    fn sights(
        &self,
        tx: &mut Tx<'_>,
        change: &Change,
        audience: &Audience,
    ) -> Result<Vec<(Viewer, Sight)>, StoreError> {
        let (view, viewers) = (&audience.view, &audience.viewers);
        let of = self.release.definition.collection(change.collection);
        // Beside the record nothing has moved: those who follow the collection hear nothing of it.
        if change.first == First::Beside && audience.record.is_none() {
            return Ok(Vec::new());
        }
        let nobody = || vec![None; viewers.ids.len()];
        let after = match &change.after {
            Some(values) => view.judge(tx, of, values, viewers, self.now_micros)?,
            None => nobody(),
        };
        let before = match &change.before {
            None => nobody(),
            Some(_) if !view.notices(change) || change.first == First::Beside => after.clone(),
            Some(values) => view.judge(tx, of, values, viewers, self.now_micros)?,
        };
        let between = self.between(tx, change, audience, &before, &after)?;
        let sights = before.into_iter().zip(after).zip(between);
        Ok(viewers
            .ids
            .iter()
            .copied()
            .zip(sights)
            .filter(|(_, ((before, after), between))| before.is_some() || after.is_some() || *between)
            .map(|(viewer, ((before, after), between))| {
                let before = before.is_some() || between;
                (viewer, Sight { before, after })
            })
            .collect())
    }

    /// Who saw the record neither before nor now, but in between, and may have listed it then: they hear that it is gone.
    fn between(
        &self,
        tx: &mut Tx<'_>,
        change: &Change,
        audience: &Audience,
        before: &[Option<Shown>],
        after: &[Option<Shown>],
    ) -> Result<Vec<bool>, StoreError> {
        let (view, viewers) = (&audience.view, &audience.viewers);
        let is_open = |position: usize| before[position].is_none() && after[position].is_none();
        let mut between = vec![false; viewers.ids.len()];
        if !view.notices(change) || !(0..between.len()).any(is_open) {
            return Ok(between);
        }
        let of = self.release.definition.collection(change.collection);
        for values in &change.between {
            let sees = view.judge(tx, of, values, viewers, self.now_micros)?;
            for (position, sees) in sees.into_iter().enumerate() {
                between[position] |= sees.is_some() && is_open(position);
            }
        }
        Ok(between)
    }

    /// Asks again for those who follow single records that their sight of may have changed with others.
    fn find_lost(&self, tx: &mut Tx<'_>, answer: &mut Answer) -> Result<(), StoreError> {
        let mut asked: Vec<(&Audience, RecordId, Vec<Viewer>)> = Vec::new();
        for audience in &self.dependents {
            let Some(record) = audience.record else { continue };
            let concerned: Vec<Concerned> = answer
                .changes
                .iter()
                .filter_map(|change| audience.view.concerned_by(change))
                .collect();
            let viewers: Vec<Viewer> = audience
                .viewers
                .ids
                .iter()
                .copied()
                .filter(|viewer| concerned.iter().any(|concerned| concerned.includes(*viewer)))
                .collect();
            if !viewers.is_empty() {
                asked.push((audience, record, viewers));
            }
        }
        let records: BTreeSet<(CollectionId, RecordId)> = asked
            .iter()
            .map(|(audience, record, _)| (audience.view.key.collection, *record))
            .collect();
        let rows = present_rows(tx, &self.release, records.into_iter())?;
        for (audience, record, viewers) in asked {
            let of = self.release.definition.collection(audience.view.key.collection);
            let row = living(of, rows.get(&(of.id, record)).cloned());
            let viewers = Viewers::new(viewers);
            let sees = match row {
                Some(values) => audience.view.judge(tx, of, &values, &viewers, self.now_micros)?,
                None => vec![None; viewers.ids.len()],
            };
            let lost: Vec<Viewer> = viewers
                .ids
                .iter()
                .zip(&sees)
                .filter(|(_, sees)| sees.is_none())
                .map(|(viewer, _)| *viewer)
                .collect();
            let view = &audience.view;
            answer
                .reloads
                .push((Arc::clone(view), Some(record), Concerned::these(&viewers.ids)));
            if !lost.is_empty() {
                answer.lost.push((Arc::clone(view), record, lost));
            }
        }
        Ok(())
    }
}
