from tests.system.test_assessment import manager


def test_x():
    g = manager()
    f = manager("finn", "developer")
    r = g.client().get("/system/staff/")

    assert r.status_code == 200
    assert f.client().get("/system/staff/").status_code == 403
    assert f.client().get("/system/staff/mine/").status_code == 200
