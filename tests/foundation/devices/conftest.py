"""The machines of the tests and those who look after them."""

import pytest

from tests.foundation.devices.machines import enrolled, enter_case_system, enter_kiosk


@pytest.fixture
def kiosk(station):
    """A terminal at the station, without a key yet."""
    return enter_kiosk(station)


@pytest.fixture
def case_system(bureau):
    """A feed of the bureau, without a key yet."""
    return enter_case_system(bureau)


@pytest.fixture(params=["kiosk", "feed"])
def machine(request):
    """Each kind of machine in turn, without a key yet."""
    return request.getfixturevalue({"kiosk": "kiosk", "feed": "case_system"}[request.param])


@pytest.fixture
def terminal(kiosk):
    """The terminal of the station, enrolled, in somebody's hands."""
    return enrolled(kiosk)


@pytest.fixture
def back_office(case_system):
    """The bureau's case system, enrolled."""
    return enrolled(case_system)


@pytest.fixture
def steward(appoint, act, branch):
    return act(appoint("kiosk-steward", branch, "kiosk-steward"))


@pytest.fixture
def feed_manager(appoint, act, bureau):
    return act(appoint("feed-manager", bureau, "feed-manager"))


@pytest.fixture
def foreign_steward(appoint, act, foreign_station):
    return act(appoint("kiosk-steward", foreign_station, "foreign-steward"))
