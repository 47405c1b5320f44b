import os, datetime as dt
from django.utils import timezone
from tests.system.test_assessment import *
from tests.system.test_breakers import good, world
from tests.system.servers import serving
def test_look(world):
    import random
    eva, gr = world.cast.eva, manager()
    with operator(world.cast.solsikken, "test"):
        running.measure_customer(running.measure_installation())
    for d in range(1,29):
        for p in list(MEASURES)[:]:
            if random.random()<.9: store(world.cast.solsikken, p, random.choice([State.HOLDS]*14+[State.DUE,State.BROKEN,State.UNKNOWN]), hours=24*d)
    with operator(world.cast.solsikken, "test"):
        keep(MEASURES["LOGIN-4"], Result(State.BROKEN,"2 / 61",{"floor":8}), .02, timezone.now())
        keep(MEASURES["DATA-1"], Result(State.DUE,"TLS 1.3 · 256 bit",{"days_left":9}), .02, timezone.now())
    from playwright.sync_api import sync_playwright
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
    toks={"eva":eva.token(),"gr":gr.token()}
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path='/usr/bin/chromium',args=['--no-sandbox'])
        for who in ("eva","gr"):
            for w in (1280,390):
                for scheme in ("light","dark"):
                    if who=="gr" and (w!=1280 or scheme!="light"): continue
                    c=b.new_context(viewport={"width":w,"height":900},color_scheme=scheme,ignore_https_errors=True,locale="da")
                    c.add_cookies([{"name":"__Host-ht","value":toks[who],"url":world.good,"secure":True}])
                    pg=c.new_page(); msgs=[]; pg.on("console", lambda m: msgs.append(m.text))
                    pg.goto(world.good+PAGE)
                    pg.screenshot(path=f"/tmp/h/shots/sys/{who}-{w}-{scheme}.png", full_page=False)
                    print(who,w,scheme,pg.evaluate("document.documentElement.scrollWidth"),msgs)
                    pg.evaluate("document.querySelectorAll('#DATA-3 details,#LOGIN-4 details').forEach(d=>d.open=true)")
                    pg.locator("#DATA-3").scroll_into_view_if_needed()
                    pg.screenshot(path=f"/tmp/h/shots/sys/{who}-{w}-{scheme}-2.png")
        b.close()
    assert 0
