"""The audit against delivery: in random worlds its networks are what next steps lead to, walked one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.audit.finding import context_of
from content.audit.graph import step_graphs
from content.audit.live import live_editions, placements_by_signature
from content.audit.run import findings
from content.catalogue import current_catalogue
from content.delivery.compose import ways_on
from content.delivery.lookup import look_up
from content.delivery.next_steps import Position, next_steps
from content.delivery.select import select
from content.models import ExpectedStep
from content.query import Query, Terms
from journeys.phases import commitment
from tests.oracle.histories import hold, random_worlds
from tests.oracle.worlds import instants, seldom

pytestmark = pytest.mark.django_db


def some_readers(data, map_):
    """Readers of one journey: some audiences, each in some languages and on some channel."""
    segments = data.draw(st.lists(st.sampled_from(["everyone", *map_.segments]), unique=True, min_size=1, max_size=3))
    locales = data.draw(st.lists(st.sampled_from(list(map_.locales.values())), unique=True, min_size=1, max_size=2))
    channel = data.draw(seldom(st.none(), st.sampled_from(map_.channels)))
    journey = data.draw(st.sampled_from(map_.journeys))
    return [
        Query(locale=lo, journey=journey, segment=segment, channel=channel) for lo in locales for segment in segments
    ]


def woven(readers, at, catalogue):
    live = live_editions(list({r.locale.pk: r.locale for r in readers}.values()), at=at, catalogue=catalogue)
    placements = placements_by_signature(row for rows in live.values() for row in rows)
    return list(step_graphs(readers, live, placements, at=at, catalogue=catalogue))


class Reader:
    """Somebody who knows nothing but what delivery answers: lists, single texts, and next steps."""

    def __init__(self, query, at, catalogue):
        self.query, self.at, self.catalogue = query, at, catalogue
        self.stages = catalogue.atlas.stages_of[query.journey.pk]
        self.uids = {}

    def lists(self):
        """(asset, stage) wherever a list shows it; at no stage if only the list without one does."""
        found = set()
        for stage in self.stages:
            found |= {(one.asset_id, stage.pk) for one in self.read(self.query.at_stage(stage))}
        placed = {asset for asset, _ in found}
        return found | {(one.asset_id, None) for one in self.read(self.query) if one.asset_id not in placed}

    def read(self, query):
        editions = select(query, at=self.at, catalogue=self.catalogue).page(100).results
        self.uids |= {one.asset_id: one.public_id for one in editions}
        return editions

    def steps_from(self, asset, stage):
        at_stage = self.catalogue.atlas.stages.get(stage)
        query = self.query.at_stage(at_stage) if at_stage else self.query
        if asset is None:
            return next_steps([Position(None, (), at_stage)], query, at=self.at, catalogue=self.catalogue)[0]
        edition = look_up(query, self.catalogue, at=self.at, id=self.uids[asset])
        return ways_on([edition], query, self.catalogue, at=self.at)[0]

    def offered(self, asset, stage):
        """(what it leads to, intent) of the steps that are authored or derived."""
        steps = [step for step in self.steps_from(asset, stage).steps if not step.source.startswith("fallback")]
        return {
            (step.asset.asset_id if step.asset else step.touchpoint.slug if step.touchpoint else step.url, step.intent)
            for step in steps
        }

    def onward(self, asset, stage):
        found = set()
        for step in self.steps_from(asset, stage).steps:
            to = step.to_stage.pk if step.to_stage else None
            if step.asset and not step.source.startswith("fallback"):
                self.uids[step.asset.asset_id] = step.asset.public_id
                found.add((step.asset.asset_id, to))
            elif step.touchpoint:
                found.add((None, to))
        return found

    def walk(self, starts):
        seen, waiting = set(starts), list(starts)
        while waiting:
            new = self.onward(*waiting.pop()) - seen
            seen |= new
            waiting += new
        return seen


def slug(stage, catalogue):
    return catalogue.atlas.stages[stage].slug if stage else None


def stage_of(edition, catalogue, query):
    return catalogue.atlas.stage(query.journey, edition.context.stage) if edition.context.stage else None


def some_rules(data, map_):
    """Up to three: of a stage, a kind or a term, or of several of them."""
    named = st.tuples(*(st.none() | st.sampled_from(of) for of in (map_.stages, map_.kinds, map_.terms)))
    intents = st.lists(st.sampled_from(["learn_more", "compare", "buy", "contact", "revisit"]), min_size=1, max_size=2)
    drawn = data.draw(
        st.lists(named.filter(any), max_size=3, unique_by=lambda three: tuple(one and one.pk for one in three))
    )
    return [
        ExpectedStep.objects.create(stage=stage, kind=kind, term=term, intents=list(dict.fromkeys(data.draw(intents))))
        for stage, kind, term in drawn
    ]


def lacks(reader, asset, stage, rule):
    """Whether a reader who stands here by a text that the rule is for is offered none of what it expects."""
    if stage is None or rule.stage_id not in (None, stage) or reader.steps_from(asset, stage).dead_end:
        return False
    named = Query(
        locale=reader.query.locale,
        kinds=(rule.kind_id,) if rule.kind_id else (),
        terms=Terms(all=(rule.term,) if rule.term else ()),
        among=(reader.uids[asset],),
    )
    applies = bool(reader.read(named))
    return applies and not {intent for _, intent in reader.offered(asset, stage)} & set(rule.intents)


def has_few(reader, stage, lists):
    """Whether all that a list of the stage shows leads on to fewer than two things, or asks the same everywhere."""
    here = [asset for asset, at_stage in lists if at_stage == stage.pk]
    if all(ways.dead_end or is_hard(ways) for ways in (reader.steps_from(asset, stage.pk) for asset in here)):
        return False
    steps = {one for asset in here for one in reader.offered(asset, stage.pk)}
    return len({to for to, _ in steps}) < 2 or len({commitment(intent) for _, intent in steps}) < 2


def is_hard(ways):
    return ways.weighing and bool(ways.steps) and all(step.is_hard for step in ways.steps)


def stood_at(nodes):
    """(asset, stage) of all that stand at some nodes; no asset at a bare place."""
    nodes = list(nodes)
    found = {(row.asset_id, node.stage) for node in nodes for row in node.texts}
    return found | {(None, node.stage) for node in nodes if node.type == "place"}


def check_networks(data, map_, world, answers):
    catalogue, at = current_catalogue(), data.draw(instants())
    for network in woven(some_readers(data, map_), at, catalogue):
        reader = Reader(network.query, at, catalogue)
        assert stood_at([n for nodes in network.listed_nodes.values() for n in nodes]) == reader.lists()
        for node in network.graph:
            for row in node.texts:
                ways = reader.steps_from(row.asset_id, node.stage)
                assert (node.onward.dead_end, node.onward.hard_only) == (ways.dead_end, is_hard(ways))
                assert stood_at(network.graph.successors(node)) == reader.onward(row.asset_id, node.stage)
        for stage in reader.stages:
            starts = network.listed_nodes.get(stage.pk, [])
            assert stood_at(network.distances(starts)) == reader.walk(stood_at(starts))


def check_findings(data, map_, world, answers):
    catalogue, at = current_catalogue(), data.draw(instants())
    readers = some_readers(data, map_)
    parameters = {
        "segments": list(dict.fromkeys(reader.segment for reader in readers)),
        "locales": list(dict.fromkeys(reader.locale for reader in readers)),
        "channels": [readers[0].channel],
    }
    rules = some_rules(data, map_)
    found = findings(readers[0].journey, at=at, catalogue=catalogue, **parameters)
    assert len({one.key for one in found}) == len(found)
    for query in readers:
        reader = Reader(query, at, catalogue)
        here = [one for one in found if one.context == context_of(query, stage_of(one, catalogue, query))]
        lists = reader.lists()
        starts = {(asset, stage) for asset, stage in lists if stage and catalogue.atlas.stages[stage].is_entry}
        walked = {stage for _, stage in reader.walk(starts)}
        assert {one.subject.id for one in here if one.code == "silent_stage"} == {
            stage.slug for stage in reader.stages if stage.pk not in {at_stage for _, at_stage in lists}
        }
        assert {one.subject.id for one in here if one.code == "unreachable_stage"} == {
            catalogue.atlas.stages[stage].slug for _, stage in lists if starts and stage and stage not in walked
        }
        dead = [
            (uid, finding.context.stage)
            for finding in here
            if finding.code == "dead_end"
            for uid in finding.evidence["assets"]
        ]
        visits = [(asset, stage) for asset, stage in reader.walk(lists) if asset]
        ends = {
            (reader.uids[asset], slug(stage, catalogue))
            for asset, stage in visits
            if reader.steps_from(asset, stage).dead_end
        }
        assert set(dead) == ends
        assert len(dead) == len(ends)
        missed = [
            (uid, finding.context.stage, finding.detail)
            for finding in here
            if finding.code == "step_missing"
            for uid in finding.evidence["assets"]
        ]
        lacking = {
            (reader.uids[asset], slug(stage, catalogue), rule.detail)
            for asset, stage in visits
            for rule in rules
            if lacks(reader, asset, stage, rule)
        }
        assert set(missed) == lacking
        assert len(missed) == len(lacking)
        assert {one.subject.id for one in here if one.code == "few_alternatives"} == {
            stage.slug for stage in reader.stages if has_few(reader, stage, lists)
        }


@random_worlds
@given(data=st.data())
def test_the_audit_says_what_a_reader_meets_who_walks(map_, data):
    hold(data, map_, check_networks, check_findings)
