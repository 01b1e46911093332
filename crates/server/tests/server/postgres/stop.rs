//! An acknowledged write is there, whatever happens to the database server.

use std::collections::BTreeSet;

use mainstay_testkit::Cluster;

use crate::durability::assert_all_are_there;
use crate::load::Load;
use crate::process::{Installation, NOTES};

const STOPS: usize = 20;

#[test]
fn no_acknowledged_write_is_lost_when_the_database_stops_at_once() {
    let mut cluster = Cluster::start();
    let installation = Installation::on(NOTES, cluster.create_database("notes"));
    let server = installation.start(&[]);
    let mut acknowledged = BTreeSet::new();
    for round in 0..STOPS {
        let told = Load::on(server.address, |load| {
            // The moment of the stop differs from round to round.
            load.wait_for_writes(1 + round * 7 % 40);
            cluster.stop_immediately();
            cluster.restart();
            load.wait_for_writes(1);
        });
        acknowledged.extend(told.acknowledged);
    }
    assert_all_are_there(&installation, &acknowledged);
}
